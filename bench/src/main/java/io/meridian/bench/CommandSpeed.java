package io.meridian.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What three nodes do in a second, asked by one after the other and by many at once; and what one of them waits for. */
final class CommandSpeed {
    private static final int MANY = 32;
    private static final Duration ATTEMPT = Duration.ofSeconds(10);

    private final Duration lasting;

    CommandSpeed(Duration lasting) {
        this.lasting = lasting;
    }

    List<Measurement> run(ControlPlaneNodes nodes) throws InterruptedException {
        together(nodes, MANY, lasting.dividedBy(2)); // warm
        Latencies alone = together(nodes, 1, lasting);
        Latencies crowd = together(nodes, MANY, lasting);
        var results = new ArrayList<Measurement>();
        results.addAll(alone.measurements("command", lasting));
        results.addAll(crowd.measurements("command.of-" + MANY, lasting));
        return results;
    }

    private static Latencies together(ControlPlaneNodes nodes, int clients, Duration lasting)
            throws InterruptedException {
        long end = System.nanoTime() + lasting.toNanos();
        var all = new Latencies();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var works = new ArrayList<Callable<Latencies>>();
            for (int client = 0; client < clients; client++) {
                works.add(() -> one(nodes, end));
            }
            for (Future<Latencies> done : threads.invokeAll(works)) {
                all.add(done.get());
            }
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof BenchFailedException why) {
                throw why;
            }
            throw new IllegalStateException(failed.getCause());
        }
        return all;
    }

    private static Latencies one(ControlPlaneNodes nodes, long end) throws InterruptedException {
        var commands = new Commands(nodes.apis(), ATTEMPT, Commands.smallest());
        var latencies = new Latencies();
        while (System.nanoTime() < end) {
            long began = System.nanoTime();
            commands.next();
            latencies.add(System.nanoTime() - began);
        }
        return latencies;
    }
}
