package io.meridian.bench;

import com.sun.management.OperatingSystemMXBean;
import io.meridian.bench.push.PushServer;
import io.meridian.bench.push.PushStreams;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One changed route configuration of 44 KB to many streams until the last one has answered, ours and java-control-plane's by turns: this
 * machine's speed changes from one second to the next. Each server is a process of its own; the client is this one, and its share is told.
 */
final class RouterPush {
    private static final String OURS = "meridian";
    private static final String THEIRS = "java-control-plane";
    private static final int BYTES = 44_000;
    private static final double GOAL_MILLIS = 150;
    private static final double GOAL_RATIO = 0.5;
    private static final int GOAL_STREAMS = 1_000;
    private static final int WARM_ROUNDS = 30;
    private static final long ATTACHED_MILLIS = 3_000;
    private static final long REPLICA_REVISION = 1_000;

    private final List<Integer> streams;
    private final int rounds;

    RouterPush(List<Integer> streams, int rounds) {
        this.streams = streams;
        this.rounds = rounds;
    }

    List<Measurement> run() throws IOException, InterruptedException {
        var results = new ArrayList<Measurement>();
        for (PushStreams.Variant variant : PushStreams.Variant.values()) {
            for (int count : streams) {
                results.addAll(pushes(variant, count));
            }
            results.add(resends(variant));
        }
        return results;
    }

    /** One server with its streams. */
    private static final class Side implements AutoCloseable {
        private final PushServer server;
        private final PushStreams attached;
        private final int count;
        private final double heapPerStream;
        private final List<Double> millis = new ArrayList<>();
        private final List<Double> clientMillis = new ArrayList<>();
        private final List<Double> serverMillis = new ArrayList<>();
        private long revision = 1;

        Side(String name, PushStreams.Variant variant, int count) throws IOException, InterruptedException {
            this.count = count;
            server = new PushServer(name);
            server.publish(revision, revision, BYTES);
            long before = server.heapBytes();
            attached = new PushStreams(variant, server.port(), count, PushStreams.Had.NOTHING);
            attached.await();
            heapPerStream = (server.heapBytes() - before) / (double) count;
        }

        void push(boolean counts) throws IOException, InterruptedException {
            attached.expect(count);
            revision++;
            long serverCpu = server.cpuNanos();
            long cpu = cpuNanos();
            long began = System.nanoTime();
            server.publish(revision, revision, BYTES);
            attached.await();
            double took = (System.nanoTime() - began) / 1e6;
            if (counts) {
                millis.add(took);
                clientMillis.add((cpuNanos() - cpu) / 1e6);
                serverMillis.add((server.cpuNanos() - serverCpu) / 1e6);
            }
        }

        double bytesPerPush(long since, int pushes) {
            return (attached.bytes() - since) / (double) pushes / count;
        }

        @Override
        public void close() throws InterruptedException {
            attached.close();
            server.close();
        }
    }

    private List<Measurement> pushes(PushStreams.Variant variant, int count) throws IOException, InterruptedException {
        try (var ours = new Side(OURS, variant, count);
                var theirs = new Side(THEIRS, variant, count)) {
            for (int round = 0; round < WARM_ROUNDS; round++) {
                ours.push(false);
                theirs.push(false);
            }
            long ourBytes = ours.attached.bytes();
            long theirBytes = theirs.attached.bytes();
            for (int round = 0; round < rounds; round++) {
                ours.push(true);
                theirs.push(true);
            }
            String name = "push." + (variant == PushStreams.Variant.DELTA ? "delta" : "sotw") + "." + count;
            double ourMedian = percentile(ours.millis, 0.5);
            double theirMedian = percentile(theirs.millis, 0.5);
            Measurement median = beside(name + ".p50", ourMedian, "ms", theirMedian);
            return List.of(
                    count == GOAL_STREAMS ? median.atMost(GOAL_MILLIS) : median,
                    beside(name + ".max", percentile(ours.millis, 1), "ms", percentile(theirs.millis, 1)),
                    Measurement.of(name + ".ratio", rounded(ourMedian / theirMedian), "")
                            .atMost(GOAL_RATIO),
                    beside(
                            name + ".server-cpu",
                            percentile(ours.serverMillis, 0.5),
                            "ms",
                            percentile(theirs.serverMillis, 0.5)),
                    beside(
                            name + ".client-cpu",
                            percentile(ours.clientMillis, 0.5),
                            "ms",
                            percentile(theirs.clientMillis, 0.5)),
                    beside(
                            name + ".bytes-per-stream",
                            ours.bytesPerPush(ourBytes, rounds),
                            "B",
                            theirs.bytesPerPush(theirBytes, rounds)),
                    beside(name + ".heap-per-stream", ours.heapPerStream, "B", theirs.heapPerStream));
        }
    }

    /** Streams that end at one replica and go on at another, which serves the same. */
    private static Measurement resends(PushStreams.Variant variant) throws IOException, InterruptedException {
        String name = variant == PushStreams.Variant.DELTA ? "delta" : "sotw";
        return beside(
                        "replica-change." + name + ".resends",
                        resends(OURS, variant),
                        "responses",
                        resends(THEIRS, variant))
                .atMost(0);
    }

    private static double resends(String server, PushStreams.Variant variant) throws IOException, InterruptedException {
        PushStreams.Had had;
        try (var first = new Side(server, variant, GOAL_STREAMS)) {
            had = first.attached.had();
        }
        try (var replica = new PushServer(server)) {
            replica.publish(REPLICA_REVISION, 1, BYTES); // the same content, at a revision of its own count
            replica.heapBytes(); // answered: the publication is done
            try (var back = new PushStreams(variant, replica.port(), GOAL_STREAMS, had)) {
                back.expect(GOAL_STREAMS, Set.of(had.response(), Long.toString(REPLICA_REVISION)));
                Thread.sleep(ATTACHED_MILLIS); // else the change below might be the first that some of them see
                replica.publish(REPLICA_REVISION + 1, 2, BYTES);
                back.await();
                return back.responses() - (double) GOAL_STREAMS;
            }
        }
    }

    private static Measurement beside(String metric, double ours, String unit, double theirs) {
        return new Measurement(metric, rounded(ours), unit, THEIRS, rounded(theirs), null);
    }

    private static double rounded(double number) {
        return Math.round(number * 1000) / 1000.0;
    }

    private static double percentile(List<Double> values, double part) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(part * (sorted.size() - 1))));
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
