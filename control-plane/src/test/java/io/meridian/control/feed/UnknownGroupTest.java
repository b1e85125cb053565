package io.meridian.control.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.meridian.control.command.CommandPort;
import io.meridian.control.command.Outcome;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Receipt;
import io.meridian.control.state.Revision;
import io.meridian.control.switching.MoveLab;
import io.meridian.wire.AgentReport;
import io.meridian.wire.AgentView;
import io.meridian.wire.FeedsGrpc;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UnknownGroupTest {
    private static final String WHY =
            "the topology has no store group 'mian', only main; mend the agent's meridian.group";
    private static final CommandPort NOWHERE =
            _ -> new Outcome.Committed(new Receipt("", Revision.NONE, "", List.of(), 0));

    @Test
    void anAgentOfAGroupThatIsNotDeclaredIsTurnedAwayWithTheReason() throws Exception {
        var source = new ShownState(MoveLab.ready().state());
        try (var feed = server(source)) {
            Status ended = attach(feed.port(), "mian", () -> {});

            assertThat(ended.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(ended.getDescription()).isEqualTo(WHY);
        }
    }

    @Test
    void soIsOneThatAttachedBeforeThereWasATopology() throws Exception {
        var source = new ShownState(ControlState.empty());
        try (var feed = server(source)) {
            Status ended = attach(
                    feed.port(), "mian", () -> source.show(MoveLab.ready().state()));

            assertThat(ended.getDescription()).isEqualTo(WHY);
        }
    }

    private static FeedServer server(ShownState source) throws Exception {
        return new FeedServer("n", 0, source, NOWHERE, Clock.systemUTC(), () -> true, Duration.ofSeconds(15));
    }

    /** @param then done once it is attached, before it says something more */
    static Status attach(int port, String group, Runnable then) throws Exception {
        ManagedChannel channel = NettyChannelBuilder.forTarget("dns:///127.0.0.1:" + port)
                .usePlaintext()
                .build();
        try {
            var ended = new CompletableFuture<Status>();
            StreamObserver<AgentReport> up = FeedsGrpc.newStub(channel).agent(new StreamObserver<>() {
                private boolean told;

                @Override
                public void onNext(AgentView view) {
                    if (!told) {
                        told = true;
                        then.run();
                        ended.completeOnTimeout(Status.OK, 20, TimeUnit.SECONDS);
                    }
                }

                @Override
                public void onError(Throwable failure) {
                    ended.complete(Status.fromThrowable(failure));
                }

                @Override
                public void onCompleted() {
                    ended.complete(Status.OK);
                }
            });
            up.onNext(AgentReport.newBuilder()
                    .setRegion("east")
                    .setGroup(group)
                    .setInstance("i")
                    .build());
            for (int more = 0; more < 100 && !ended.isDone(); more++) {
                try {
                    return ended.get(100, TimeUnit.MILLISECONDS);
                } catch (java.util.concurrent.TimeoutException notYet) {
                    up.onNext(AgentReport.getDefaultInstance());
                }
            }
            return ended.get(20, TimeUnit.SECONDS);
        } finally {
            channel.shutdownNow();
        }
    }
}
