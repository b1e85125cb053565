package io.meridian.router;

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
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Two regions with an Envoy and a router each, three zones, and a control plane that says what the test wants. */
final class TwoRegions implements AutoCloseable {
    static final int SHARDS = 1024;

    final Vertx vertx = Vertx.vertx();
    final FakeControlPlane control = new FakeControlPlane();
    final LocalAuthority authority;
    final ZoneApplication east1;
    final ZoneApplication east2;
    final ZoneApplication west1;
    final Region east;
    final Region west;

    /** Shards 0..511 to east-1, ..767 to east-2, the rest to west-1. */
    TwoRegions(Path folder) throws Exception {
        this(folder, Region.Setup.USUAL);
    }

    /** @param setup of east */
    TwoRegions(Path folder, Region.Setup setup) throws Exception {
        east1 = new ZoneApplication(vertx, "east-1");
        east2 = new ZoneApplication(vertx, "east-2");
        west1 = new ZoneApplication(vertx, "west-1");
        Path tls = folder.resolve("tls");
        authority = LocalAuthority.create(tls);
        authority.issue(Identity.gateway("east"));
        authority.issue(Identity.gateway("west"));
        east = new Region("east", vertx, folder, tls, List.of(control.address()), setup);
        west = new Region("west", vertx, folder, tls, List.of(control.address()), Region.Setup.USUAL);
        control.say(topology());
        Await.until(
                "both edges answer",
                () -> east.get("/", "x-user-key", "alice").statusCode() == 200
                        && west.get("/", "x-user-key", "alice").statusCode() == 200);
    }

    RouterView.Builder topology() {
        var view = RouterView.newBuilder()
                .setShardCount(SHARDS)
                .setFeedLeaseMillis(4_000)
                .addServices(ServiceMessage.newBuilder()
                        .setName("ledger")
                        .setDiagnostics(true)
                        .addKeys("header:x-user-key")
                        .addKeys("cookie:uid")
                        .addKeys("query:uid"))
                .addGateways(GatewayMessage.newBuilder()
                        .setFrom("east")
                        .setTo("west")
                        .setAddress(west.gateway()))
                .addGateways(GatewayMessage.newBuilder()
                        .setFrom("west")
                        .setTo("east")
                        .setAddress(east.gateway()));
        for (ZoneApplication zone : List.of(east1, east2, west1)) {
            view.addZones(ZoneMessage.newBuilder()
                    .setName(zone.zone())
                    .setRegion(zone.zone().substring(0, 4))
                    .addEndpoints(zone.address()));
        }
        for (int shard = 0; shard < SHARDS; shard++) {
            view.addRoutes(ShardRoute.newBuilder()
                    .setShard(shard)
                    .setEpoch(1)
                    .setZone(shard < 512 ? "east-1" : shard < 768 ? "east-2" : "west-1"));
        }
        return view;
    }

    /** Freezes, and waits until both routers answer by it and both Envoys have it. */
    void freeze(int shard) {
        freeze(List.of(shard));
    }

    void freeze(List<Integer> shards) {
        long revision = control.change(shards, route -> route.setFrozenBy("mv-1"));
        awaitHeld(revision);
        awaitAcked(revision);
    }

    long release(int shard, String zone, long epoch) {
        return release(List.of(shard), zone, epoch);
    }

    long release(List<Integer> shards, String zone, long epoch) {
        return control.change(
                shards, route -> route.clearFrozenBy().setZone(zone).setEpoch(epoch));
    }

    /** As a run does it: barrier (a), then the fence, catching up, opening, release. Barrier (b) is not waited for: worse is allowed. */
    void move(List<Integer> shards, ZoneApplication from, ZoneApplication to, long epoch) {
        awaitHeld(control.change(shards, route -> route.setFrozenBy("mv-1")));
        from.fence(shards);
        Await.until(
                "some wait",
                () -> Stream.of(east, west)
                        .allMatch(region -> region.router().ledger().entries().size() == 1));
        to.open(shards);
        awaitAcked(release(shards, to.zone(), epoch));
    }

    void awaitHeld(long revision) {
        Await.until(
                "all hold endpoints answer by revision " + revision,
                () -> Stream.of(east, west)
                        .flatMap(region -> region.routerNames().stream())
                        .allMatch(router -> control.report(router).getHoldRevision() >= revision));
    }

    void awaitAcked(long revision) {
        Await.until(
                "both Envoys accepted revision " + revision,
                () -> Stream.of(east, west).allMatch(region -> acked(region, revision)));
    }

    /** An Envoy is attached to one router of its region. */
    private boolean acked(Region region, long revision) {
        return region.routerNames().stream()
                        .flatMap(router -> control.report(router).getEnvoysList().stream())
                        .filter(envoy -> envoy.getAckedRevision() >= revision)
                        .count()
                == 1;
    }

    /** A key of the shard: the test's own search, by the topology module's function. */
    static String keyOf(int shard) {
        var function = new io.meridian.topology.ShardFunction(SHARDS);
        return IntStream.range(0, 1_000_000)
                .mapToObj(number -> "user-" + number)
                .filter(key -> function.shardOf(key).number() == shard)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        east.close();
        west.close();
        control.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
