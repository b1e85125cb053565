package io.meridian.agent.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.meridian.agent.hashing.TakenHashes;
import io.meridian.agent.stream.Awaiting;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.wire.AgentReport;
import io.meridian.wire.AgentView;
import io.meridian.wire.FeedsGrpc;
import io.meridian.wire.GrantMessage;
import io.meridian.wire.OwnershipMessage;
import io.meridian.wire.mapping.OwnershipMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class FeedClientTest {
    /** What each stream says at once, in the order in which they attach. */
    private final Queue<List<AgentView>> streams = new ConcurrentLinkedQueue<>();

    /** Why nobody is served; empty: everybody is. */
    private volatile String turnAway = "";

    /** What the agent knew whenever one attached. */
    private final Queue<Long> knownAtAttach = new ConcurrentLinkedQueue<>();

    private final DesiredStateCell cell = new DesiredStateCell(DesiredState.NOTHING, (_, _) -> {});
    private final Server server = start();
    private final FeedServers servers = new FeedServers(List.of("127.0.0.1:" + server.getPort()));
    private final FeedClient feed = new FeedClient(
            servers,
            "main",
            cell,
            new Reporter(
                    new Reporter.Identity(RegionId.of("east"), "main", "i-1"),
                    new PGSimpleDataSource(),
                    new ReportSignal(),
                    cell::get,
                    () -> ReportFacts.STARTING,
                    new Reporter.Carried(List::of, List::of, List::of, List::of, List::of, List::of),
                    new TakenHashes(),
                    _ -> {}),
            _ -> true);

    @AfterEach
    void stop() {
        feed.close();
        servers.close();
        server.shutdownNow();
    }

    /** Else the next sign of life would carry the revision on, and a lease be written as if the shard's withdrawal were known. */
    @Test
    void nothingIsKnownBehindAViewThatIsNotUnderstood() {
        AgentView unknown =
                view(6).addShards(OwnershipMessage.getDefaultInstance()).build();
        streams.add(List.of(complete(5), unknown, view(7).build()));
        streams.add(List.of(complete(8)));

        feed.start();

        Awaiting.await("the second stream's view", 20, () -> cell.get().revision() == 8, () -> cell.get());
        assertThat(knownAtAttach).containsExactly(0L, 5L);
    }

    @Test
    void neitherIsOneBehindAViewThatContradictsItself() {
        AgentView broken = view(6).addShards(OwnershipMessage.newBuilder()
                        .setGrant(GrantMessage.newBuilder()
                                .setShard(1)
                                .setEpoch(2)
                                .setOwner("east")))
                .build();
        streams.add(List.of(complete(5), broken, view(7).build()));
        streams.add(List.of(complete(8)));

        feed.start();

        Awaiting.await("the second stream's view", 20, () -> cell.get().revision() == 8, () -> cell.get());
        assertThat(knownAtAttach).containsExactly(0L, 5L);
    }

    @Test
    void whoIsTurnedAwayKnowsWhyUntilItIsServed() {
        turnAway = "the topology has no store group 'mian', only main";

        feed.start();

        Awaiting.await("the refusal", 20, () -> feed.refusal().equals(Optional.of(turnAway)), feed::refusal);
        streams.add(List.of(complete(5)));
        turnAway = "";
        Awaiting.await(
                "being served", 20, () -> feed.connected() && feed.refusal().isEmpty(), feed::refusal);
    }

    private static AgentView.Builder view(long revision) {
        return AgentView.newBuilder().setRevision(revision).setGeneration(1);
    }

    private static AgentView complete(long revision) {
        Ownership grant = new Ownership.Grant(ShardId.of(1), Epoch.of(1), RegionId.of("east"), new Base.None());
        return view(revision)
                .setComplete(true)
                .addShards(OwnershipMapper.toMessage(grant))
                .build();
    }

    private Server start() {
        try {
            return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                    .addService(new Scripted())
                    .build()
                    .start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private final class Scripted extends FeedsGrpc.FeedsImplBase {
        @Override
        public StreamObserver<AgentReport> agent(StreamObserver<AgentView> out) {
            knownAtAttach.add(cell.get().revision());
            if (!turnAway.isEmpty()) {
                out.onError(Status.FAILED_PRECONDITION.withDescription(turnAway).asRuntimeException());
                return NOTHING;
            }
            List<AgentView> script = streams.poll();
            if (script != null) {
                script.forEach(out::onNext);
            }
            return NOTHING;
        }
    }

    private static final StreamObserver<AgentReport> NOTHING = new StreamObserver<>() {
        @Override
        public void onNext(AgentReport report) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    };
}
