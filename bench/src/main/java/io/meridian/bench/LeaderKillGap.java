package io.meridian.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/** How long a client that writes all the time, and asks the next node when one is silent, writes nothing when the leader is killed. */
final class LeaderKillGap {
    private static final double GOAL_MILLIS = 1000;
    private static final Duration ATTEMPT = Duration.ofMillis(400);
    private static final Duration AROUND = Duration.ofSeconds(2);

    private final int rounds;
    private final int heapMib;

    LeaderKillGap(int rounds, int heapMib) {
        this.rounds = rounds;
        this.heapMib = heapMib;
    }

    List<Measurement> run(ControlPlaneNodes nodes) throws IOException, InterruptedException {
        var gaps = new Latencies();
        for (int round = 0; round < rounds; round++) {
            String leader = nodes.leader();
            gaps.add(gap(nodes, leader));
            nodes.start(leader, heapMib);
            nodes.awaitReady(leader);
        }
        return List.of(
                Measurement.of("leader-kill.gap.p50", gaps.percentile(0.5), "ms")
                        .atMost(GOAL_MILLIS),
                Measurement.of("leader-kill.gap.max", gaps.percentile(1), "ms").atMost(GOAL_MILLIS),
                Measurement.of("leader-kill.rounds", (double) gaps.count(), "kills"));
    }

    /** The longest time between two commands that were done. */
    private static long gap(ControlPlaneNodes nodes, String leader) throws InterruptedException {
        var enough = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var writing = threads.submit(() -> {
                var commands = new Commands(nodes.apis(), ATTEMPT, Commands.smallest());
                commands.next();
                long longest = 0;
                long last = System.nanoTime();
                while (!enough.get()) {
                    commands.next();
                    long now = System.nanoTime();
                    longest = Math.max(longest, now - last);
                    last = now;
                }
                return longest;
            });
            Thread.sleep(AROUND);
            nodes.kill(leader);
            Thread.sleep(AROUND);
            enough.set(true);
            return writing.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof BenchFailedException why) {
                throw why;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }
}
