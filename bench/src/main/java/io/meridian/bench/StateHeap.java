package io.meridian.bench;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.meridian.wire.AgentReport;
import io.meridian.wire.AgentView;
import io.meridian.wire.FeedsGrpc;
import io.meridian.wire.RouterReport;
import io.meridian.wire.RouterView;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What one node's heap holds, after a full collection: empty; with a state of 65,536 shards and 100 regions; and when the agent and the router of
 * every region, each with its whole view, are attached to it as well. They say who they are and nothing else.
 */
final class StateHeap {
    static final int SHARDS = 65_536;
    static final int REGIONS = 100;
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(60);
    private static final Duration VIEW_LIMIT = Duration.ofSeconds(120);

    private StateHeap() {}

    /** @param nodes one, with nothing declared */
    static List<Measurement> run(ControlPlaneNodes nodes) throws IOException, InterruptedException {
        String node = nodes.names().getFirst();
        double empty = mebibytes(nodes, node);
        long began = System.nanoTime();
        new Commands(nodes.apis(), COMMAND_LIMIT, List.of(BigTopology.with(SHARDS, REGIONS))).next();
        long declared = (System.nanoTime() - began) / 1_000_000;
        double state = mebibytes(nodes, node);
        double attached = attached(nodes, node);
        return List.of(
                Measurement.of("heap.empty", empty, "MiB"),
                Measurement.of("heap.state", state, "MiB"),
                Measurement.of("heap.attached", attached, "MiB"),
                Measurement.of("state.declared", (double) declared, "ms"));
    }

    private static double attached(ControlPlaneNodes nodes, String node) throws IOException, InterruptedException {
        ManagedChannel channel = ManagedChannelBuilder.forAddress("127.0.0.1", nodes.feedPort(node))
                .usePlaintext()
                .maxInboundMessageSize(256 << 20)
                .build();
        try {
            var views = new CountDownLatch(2 * REGIONS);
            var reports = new ArrayList<Runnable>();
            for (int region = 0; region < REGIONS; region++) {
                String name = BigTopology.region(region);
                StreamObserver<AgentReport> agent = FeedsGrpc.newStub(channel).agent(new FirstOnly<AgentView>(views));
                StreamObserver<RouterReport> router =
                        FeedsGrpc.newStub(channel).router(new FirstOnly<RouterView>(views));
                reports.add(() -> {
                    agent.onNext(AgentReport.newBuilder()
                            .setRegion(name)
                            .setGroup("main")
                            .setInstance("bench")
                            .build());
                    router.onNext(RouterReport.newBuilder()
                            .setRegion(name)
                            .setRouter(name + "-router")
                            .setInstance("bench")
                            .build());
                });
            }
            long end = System.nanoTime() + VIEW_LIMIT.toNanos();
            do { // Whoever is silent is taken for dead.
                reports.forEach(Runnable::run);
            } while (!views.await(2, TimeUnit.SECONDS) && System.nanoTime() < end);
            if (views.getCount() > 0) {
                throw new BenchFailedException(views.getCount() + " of " + 2 * REGIONS
                        + " agents and routers got no view within " + VIEW_LIMIT.toSeconds() + " s");
            }
            return mebibytes(nodes, node);
        } finally {
            channel.shutdownNow();
        }
    }

    /** Nothing of a view is kept here: only the node's heap is the point. */
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

    private static double mebibytes(ControlPlaneNodes nodes, String node) throws IOException, InterruptedException {
        return Math.round(nodes.liveHeapBytes(node) / 104_857.6) / 10.0;
    }
}
