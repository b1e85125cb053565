package io.meridian.bench;

import io.meridian.ledger.load.Waits;
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
        var results = new ArrayList<>(measured("command", together(nodes, 1, lasting)));
        results.addAll(measured("command.of-" + MANY, together(nodes, MANY, lasting)));
        return results;
    }

    private List<Measurement> measured(String name, Waits waits) {
        var all = new ArrayList<Measurement>();
        all.add(Measurement.of(
                name + ".rate", Math.round(waits.count() * 10_000.0 / lasting.toMillis()) / 10.0, "commands/s"));
        all.addAll(Measurement.of(name, waits));
        return all;
    }

    private static Waits together(ControlPlaneNodes nodes, int clients, Duration lasting) throws InterruptedException {
        long end = System.nanoTime() + lasting.toNanos();
        var all = new ArrayList<Long>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var works = new ArrayList<Callable<List<Long>>>();
            for (int client = 0; client < clients; client++) {
                works.add(() -> one(nodes, end));
            }
            for (Future<List<Long>> done : threads.invokeAll(works)) {
                all.addAll(done.get());
            }
        } catch (ExecutionException failed) {
            throw BenchFailedException.behind(failed);
        }
        return Waits.of(all);
    }

    private static List<Long> one(ControlPlaneNodes nodes, long end) throws InterruptedException {
        var commands = new Commands(nodes.apis(), ATTEMPT, Commands.smallest());
        var nanos = new ArrayList<Long>();
        while (System.nanoTime() < end) {
            long began = System.nanoTime();
            commands.next();
            nanos.add(System.nanoTime() - began);
        }
        return nanos;
    }
}
