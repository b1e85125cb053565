package io.meridian.control.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.meridian.control.Await;
import io.meridian.control.command.Command;
import io.meridian.control.command.CommandPort;
import io.meridian.control.command.Decider;
import io.meridian.control.command.Decision;
import io.meridian.control.command.Outcome;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.EventApplier;
import io.meridian.control.state.Receipt;
import io.meridian.control.state.Revision;
import io.meridian.topology.TopologyReader;
import io.meridian.wire.AgentReport;
import io.meridian.wire.AgentView;
import io.meridian.wire.FeedsGrpc;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One agent that does not read, beside one that does. */
class SlowReaderIT {
    private static final Duration SOON = Duration.ofSeconds(40);

    @Test
    void aReaderThatDoesNotReadIsDroppedAndDoesNotSlowTheOthers() throws Exception {
        var source = new ShownState(wide());
        CommandPort port = command -> {
            synchronized (source) {
                Decision decision = Decider.decide(source.current(), command);
                if (decision instanceof Decision.Accepted accepted
                        && !accepted.events().isEmpty()) {
                    source.show(EventApplier.applyAll(source.current(), accepted.events()));
                }
            }
            return new Outcome.Committed(new Receipt("", Revision.NONE, "", List.of(), 0));
        };
        try (var feed = new FeedServer("n", 0, source, port, Clock.systemUTC(), () -> true, Duration.ofSeconds(15));
                var deaf = new DeafAgent("west", feed.port());
                var agent = new FakeAgent("east", List.of("west"), feed.port())) {
            Await.until(
                    SOON,
                    agent::shardsKnown,
                    known -> known == source.current().shards().size());
            Await.until(SOON, () -> connected(source, "west/main"), is -> is);

            long slowestNanos = 0;
            for (int number = 0; number < 50; number++) {
                synchronized (source) {
                    source.show(source.raised());
                }
                long began = System.nanoTime();
                long shown = source.current().revision().number();
                Await.until(SOON, agent::revision, revision -> revision >= shown);
                slowestNanos = Math.max(slowestNanos, System.nanoTime() - began);
            }

            assertThat(Duration.ofNanos(slowestNanos)).isLessThan(Duration.ofSeconds(5));
            Await.until(SOON, () -> connected(source, "west/main"), is -> !is);
            assertThat(connected(source, "east/main")).isTrue();
            assertThat(deaf.channel.isShutdown())
                    .as("it was the server that gave up")
                    .isFalse();
        }
    }

    private static boolean connected(ShownState source, String agent) {
        var known = source.current().agents().get(agent);
        return known != null && known.connected();
    }

    /** 16,384 shards: a first view of about a megabyte, which fills the connection of whoever does not read. */
    private static ControlState wide() {
        Object document = Map.of(
                "name", "wide",
                "shards", 16_384,
                "regions", List.of(Map.of("name", "east", "city", "alpha"), Map.of("name", "west", "city", "beta")),
                "storeGroups", List.of(Map.of("name", "main", "partitions", 4)),
                "zones", List.of(zone("east-1", "east"), zone("east-2", "east"), zone("west-1", "west")),
                "services", List.of(Map.of("name", "ledger", "keys", List.of("header:x-user-key"))),
                "tables", List.of(Map.of("name", "public.account", "shardingColumn", "user_key", "storeGroup", "main")),
                "gateways",
                        List.of(
                                Map.of("from", "east", "to", "west", "address", "127.0.0.1:3"),
                                Map.of("from", "west", "to", "east", "address", "127.0.0.1:4")));
        assertThat(TopologyReader.read(document)).isInstanceOf(TopologyReader.Reading.Read.class);
        var topology = ((TopologyReader.Reading.Read) TopologyReader.read(document)).topology();
        var decided = (Decision.Accepted)
                Decider.decide(ControlState.empty(), new Command.ApplyTopology("t", Instant.EPOCH, topology));
        return EventApplier.applyAll(ControlState.empty(), decided.events());
    }

    private static Map<String, Object> zone(String name, String region) {
        return Map.of("name", name, "region", region, "weight", 1, "endpoints", List.of("127.0.0.1:1"));
    }

    /** Says that it lives, and reads nothing. */
    private static final class DeafAgent implements AutoCloseable {
        private final ManagedChannel channel;
        private final ClientCallStreamObserver<AgentReport> up;

        DeafAgent(String region, int port) {
            channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .flowControlWindow(65_535)
                    .build();
            up = (ClientCallStreamObserver<AgentReport>)
                    FeedsGrpc.newStub(channel).agent(new ClientResponseObserver<AgentReport, AgentView>() {
                        @Override
                        public void beforeStart(ClientCallStreamObserver<AgentReport> call) {
                            call.disableAutoRequestWithInitial(0);
                        }

                        @Override
                        public void onNext(AgentView view) {}

                        @Override
                        public void onError(Throwable broken) {}

                        @Override
                        public void onCompleted() {}
                    });
            up.onNext(
                    AgentReport.newBuilder().setRegion(region).setGroup("main").build());
            Thread.ofVirtual().start(this::stayAlive);
        }

        private void stayAlive() {
            try {
                while (!channel.isShutdown()) {
                    TimeUnit.SECONDS.sleep(1);
                    up.onNext(AgentReport.getDefaultInstance());
                }
            } catch (InterruptedException | RuntimeException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            channel.shutdownNow();
        }
    }
}
