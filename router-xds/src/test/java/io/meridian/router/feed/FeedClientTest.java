package io.meridian.router.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.router.Await;
import io.meridian.router.FakeControlPlane;
import io.meridian.router.Views;
import io.meridian.router.ads.EnvoyAck;
import io.meridian.router.view.RoutingView;
import io.meridian.topology.ShardId;
import io.meridian.wire.RouterView;
import io.meridian.wire.ShardRoute;
import io.meridian.wire.ZoneMessage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FeedClientTest {
    private final FakeControlPlane own = new FakeControlPlane();
    private final FakeControlPlane other = new FakeControlPlane();
    private final FeedLease lease = new FeedLease(System::nanoTime);
    private volatile RoutingView view = RoutingView.NOTHING;
    private final AtomicReference<Observed> observed = new AtomicReference<>(new Observed(0, List.of(), 0));
    private final FeedClient feed = new FeedClient(
            List.of(own.address(), other.address()),
            new FeedSession.Self("east", "east-router", "i-1"),
            lease,
            RoutingView.NOTHING,
            observed::get,
            next -> view = next);

    @AfterEach
    void close() {
        feed.close();
        own.close();
        other.close();
    }

    @Test
    void ownNodeIsPreferredAndAnotherOneServesWhileItIsAway() {
        own.say(topology("east-1"));
        other.say(topology("east-1"));
        feed.start();
        awaitAttached(own);

        own.stop();
        awaitAttached(other);
        other.stop();
        own.startAgain();

        awaitAttached(own);
    }

    @Test
    void nodeThatAcceptsTheStreamAndSaysNothingIsLeft() {
        own.silent(true);
        other.say(topology("east-1"));

        feed.start();

        awaitAttached(other);
    }

    @Test
    void nodeThatEndsTheStreamIsNotAskedAgainAtOnce() {
        own.say(topology("east-1"));
        other.say(topology("east-1"));
        feed.start();
        awaitAttached(own);

        own.endStreams();

        awaitAttached(other);
    }

    @Test
    void nodeThatFallsSilentIsLeftBeforeTheLeaseIsOver() {
        own.say(topology("east-1"));
        other.say(topology("east-1"));
        feed.start();
        awaitAttached(own);

        own.silent(true);

        awaitAttached(other);
        assertThat(lease.lapsed()).isFalse();
    }

    @Test
    void whatChangesIsReportedAtOnce() {
        own.say(topology("east-1"));
        feed.start();
        awaitAttached(own);

        long fastest = Long.MAX_VALUE;
        for (int revision = 1; revision <= 5; revision++) {
            int told = revision;
            observed.set(new Observed(told, List.of(new EnvoyAck("east-edge-1", 2, 1, "no", 1)), 3));
            long start = System.nanoTime();
            feed.changed();
            Await.until("reported", () -> own.report("east-router").getHoldRevision() == told);
            fastest = Math.min(fastest, System.nanoTime() - start);
        }

        assertThat(fastest).as("not with the next regular report").isLessThan(FeedSession.REPORT_EVERY.toNanos() / 2);
        var report = own.report("east-router");
        assertThat(report.getRegion()).isEqualTo("east");
        assertThat(report.getInstance()).isEqualTo("i-1");
        assertThat(report.getHoldCapable()).isTrue();
        assertThat(report.getKnownRevision()).isEqualTo(1);
        assertThat(report.getEnvoys(0).getNode()).isEqualTo("east-edge-1");
        assertThat(report.getEnvoysGone()).isEqualTo(3);
        assertThat(report.getEnvoys(0).getSentRevision()).isEqualTo(2);
        assertThat(report.getEnvoys(0).getAckedRevision()).isEqualTo(1);
        assertThat(report.getEnvoys(0).getNackDetail()).isEqualTo("no");
    }

    @Test
    void saysThatItCanHoldOnceItsHoldEndpointAnswers() {
        own.say(topology("east-1"));
        feed.start();
        awaitAttached(own);
        assertThat(own.report("east-router").getHoldCapable()).isFalse();

        observed.set(new Observed(1, List.of(), 0));
        feed.changed();

        Await.until("hold-capable", () -> own.report("east-router").getHoldCapable());
    }

    @Test
    void nodeThatLagsBehindTakesNothingBack() {
        own.say(topology("east-1"));
        own.change(List.of(3), route -> route.setFrozenBy("mv-1"));
        other.say(topology("east-1")); // revision 1, own is at 2
        feed.start();
        Await.until("at 2", () -> view.revision() == 2);

        own.stop();
        awaitAttached(other);
        assertThat(view.revision()).isEqualTo(2);
        other.change(List.of(3), route -> route.setFrozenBy("mv-1"));
        other.change(
                List.of(3), route -> route.clearFrozenBy().setZone("west-1").setEpoch(3));

        Await.until("at 3", () -> view.revision() == 3);
        assertThat(view.routing().route(ShardId.of(3))).isEqualTo(Views.owned("west-1", 3));
    }

    @Test
    void aKindThatThisVersionDoesNotKnowIsNotTakenAndWhatWasHeldStays() {
        own.say(topology("east-1"));
        other.silent(true);
        feed.start();
        Await.until("at 1", () -> view.revision() == 1);

        own.say(topology("west-1")
                .addZones(ZoneMessage.newBuilder().setName("east-9").setKindValue(99)));

        Await.until("left", () -> feed.attachedTo().isEmpty());
        assertThat(view.revision()).isEqualTo(1);
        own.say(topology("west-1"));
        Await.until("at 3", () -> view.revision() == 3);
    }

    private void awaitAttached(FakeControlPlane node) {
        Await.until(
                "attached to " + node.address(),
                () -> feed.attachedTo().equals(Optional.of(node.address())),
                feed::attachedTo);
    }

    private static RouterView.Builder topology(String zone) {
        var view = RouterView.newBuilder().setShardCount(64).setFeedLeaseMillis(3_000);
        for (int shard = 0; shard < 64; shard++) {
            view.addRoutes(ShardRoute.newBuilder().setShard(shard).setZone(zone).setEpoch(1));
        }
        return view;
    }
}
