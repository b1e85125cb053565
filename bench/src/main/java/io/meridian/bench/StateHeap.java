package io.meridian.bench;

import io.meridian.bench.feed.Attachments;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What one node's heap holds, after a full collection: empty; with a state of 65,536 shards and 100 regions; and when the agent and the router of
 * every region, each with its whole view, are attached to it as well.
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
        return List.of(
                Measurement.of("heap.empty", empty, "MiB"),
                Measurement.of("heap.state", state, "MiB"),
                Measurement.of("heap.attached", attached(nodes, node), "MiB"),
                Measurement.of("state.declared", (double) declared, "ms"));
    }

    private static double attached(ControlPlaneNodes nodes, String node) throws IOException, InterruptedException {
        List<String> regions =
                IntStream.range(0, REGIONS).mapToObj(BigTopology::region).toList();
        try (var attachments = new Attachments(nodes.feedPort(node), regions, BigTopology.GROUP)) {
            long without = attachments.awaitViews(VIEW_LIMIT);
            if (without > 0) {
                throw new BenchFailedException(
                        without + " agents and routers got no view within " + VIEW_LIMIT.toSeconds() + " s");
            }
            return mebibytes(nodes, node);
        }
    }

    private static double mebibytes(ControlPlaneNodes nodes, String node) throws IOException, InterruptedException {
        return Math.round(nodes.liveHeapBytes(node) / 104_857.6) / 10.0;
    }
}
