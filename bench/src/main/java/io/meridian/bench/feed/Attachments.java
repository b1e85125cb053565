package io.meridian.bench.feed;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.meridian.wire.AgentReport;
import io.meridian.wire.AgentView;
import io.meridian.wire.FeedsGrpc;
import io.meridian.wire.RouterReport;
import io.meridian.wire.RouterView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An agent and a router of each region, attached to one node. They say who they are, take what they are told, and keep nothing of it. */
public final class Attachments implements AutoCloseable {
    private static final int LARGEST_VIEW = 256 << 20;
    /** Whoever is silent for longer is taken for dead. */
    private static final Duration LIFE_SIGN = Duration.ofSeconds(2);

    private final ManagedChannel channel;
    private final List<Runnable> reports = new ArrayList<>();
    private final CountDownLatch firstViews;

    /** @param group of the agents' stores */
    public Attachments(int feedPort, List<String> regions, String group) {
        channel = ManagedChannelBuilder.forAddress("127.0.0.1", feedPort)
                .usePlaintext()
                .maxInboundMessageSize(LARGEST_VIEW)
                .build();
        firstViews = new CountDownLatch(2 * regions.size());
        for (String region : regions) {
            StreamObserver<AgentReport> agent = FeedsGrpc.newStub(channel).agent(new FirstOnly<AgentView>(firstViews));
            StreamObserver<RouterReport> router =
                    FeedsGrpc.newStub(channel).router(new FirstOnly<RouterView>(firstViews));
            reports.add(() -> {
                agent.onNext(AgentReport.newBuilder()
                        .setRegion(region)
                        .setGroup(group)
                        .setInstance("bench")
                        .build());
                router.onNext(RouterReport.newBuilder()
                        .setRegion(region)
                        .setRouter(region + "-router")
                        .setInstance("bench")
                        .build());
            });
        }
    }

    /** @return how many of them have no view by then */
    public long awaitViews(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        do {
            reports.forEach(Runnable::run);
        } while (!firstViews.await(LIFE_SIGN.toMillis(), TimeUnit.MILLISECONDS) && System.nanoTime() < end);
        return firstViews.getCount();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private static final class FirstOnly<T> implements StreamObserver<T> {
        private final CountDownLatch views;
        private boolean seen;

        FirstOnly(CountDownLatch views) {
            this.views = views;
        }

        @Override
        public void onNext(T view) {
            if (!seen) {
                seen = true;
                views.countDown();
            }
        }

        @Override
        public void onError(Throwable broken) {}

        @Override
        public void onCompleted() {}
    }
}
