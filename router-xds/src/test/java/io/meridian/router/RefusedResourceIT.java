package io.meridian.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.local.tls.Identity;
import io.meridian.local.tls.LocalAuthority;
import io.meridian.wire.GatewayMessage;
import io.meridian.wire.RouterView;
import io.meridian.wire.ServiceMessage;
import io.meridian.wire.ShardRoute;
import io.meridian.wire.ZoneMessage;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Envoy refuses a cluster: it is said, and everything else goes on. */
class RefusedResourceIT {
    @TempDir
    static Path folder;

    @Test
    void aClusterThatEnvoyRefusesIsReportedAndTheOtherZonesAreServed() throws Exception {
        var vertx = Vertx.vertx();
        Path tls = folder.resolve("tls");
        LocalAuthority.create(tls).issue(Identity.gateway("east"));
        try (var control = new FakeControlPlane();
                var east = new Region(
                        "east",
                        vertx,
                        folder,
                        tls,
                        List.of(control.address()),
                        Region.Setup.USUAL.showing("missing"))) {
            var east1 = new ZoneApplication(vertx, "east-1");
            long revision = control.say(topology(east1));

            Await.until(
                    "own zones are served",
                    () -> east.get("/", "x-user-key", key(0)).statusCode() == 200);
            Await.until(
                    "the refusal is reported",
                    () -> control.report("east-router").getEnvoysCount() == 1
                            && control.report("east-router")
                                    .getEnvoys(0)
                                    .getNackDetail()
                                    .startsWith("gw-west: "));

            assertThat(control.report("east-router").getEnvoys(0).getAckedRevision())
                    .isLessThan(revision);
            assertThat(control.report("east-router").getEnvoys(0).getNackDetail())
                    .contains("missing/gateway-sds/");
            assertThat(east.stat("cluster_manager.cds.update_rejected")).isLessThanOrEqualTo(2);

            LocalAuthority.create(tls)
                    .issue(Identity.gateway("missing")); // the operator mends it, and the next change is accepted
            control.say(control.state().toBuilder().clearGateways().addGateways(gateway("127.0.0.1:2")));
            Await.until(
                    "accepted",
                    () -> control.report("east-router").getEnvoys(0).getAckedRevision() == control.revision());
            assertThat(control.report("east-router").getEnvoys(0).getNackDetail())
                    .isEmpty();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static String key(int shard) {
        return TwoRegions.keyOf(shard);
    }

    private static RouterView.Builder topology(ZoneApplication east1) {
        var view = RouterView.newBuilder()
                .setShardCount(TwoRegions.SHARDS)
                .setFeedLeaseMillis(4_000)
                .addServices(ServiceMessage.newBuilder().setName("ledger").addKeys("header:x-user-key"))
                .addGateways(gateway("127.0.0.1:1"))
                .addZones(ZoneMessage.newBuilder()
                        .setName("east-1")
                        .setRegion("east")
                        .addEndpoints(east1.address()))
                .addZones(ZoneMessage.newBuilder()
                        .setName("west-1")
                        .setRegion("west")
                        .addEndpoints("127.0.0.1:3"));
        for (int shard = 0; shard < TwoRegions.SHARDS; shard++) {
            view.addRoutes(
                    ShardRoute.newBuilder().setShard(shard).setEpoch(1).setZone(shard % 2 == 0 ? "east-1" : "west-1"));
        }
        return view;
    }

    private static GatewayMessage gateway(String address) {
        return GatewayMessage.newBuilder()
                .setFrom("east")
                .setTo("west")
                .setAddress(address)
                .build();
    }
}
