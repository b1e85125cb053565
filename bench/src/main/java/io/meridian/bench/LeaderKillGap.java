package io.meridian.bench;

import io.meridian.ledger.load.Waits;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
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
        var nanos = new ArrayList<Long>();
        for (int round = 0; round < rounds; round++) {
            String leader = nodes.leader();
            nanos.add(gap(nodes, leader));
            nodes.start(leader, heapMib);
            nodes.awaitReady(leader);
        }
        Waits gaps = Waits.of(nanos);
        return List.of(
                Measurement.of("leader-kill.gap.p50", gaps.percentileMillis(0.5), "ms")
                        .atMost(GOAL_MILLIS),
                Measurement.of("leader-kill.gap.max", gaps.percentileMillis(1), "ms")
                        .atMost(GOAL_MILLIS),
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
            throw BenchFailedException.behind(failed);
        }
    }
}
