package io.meridian.local;

import io.meridian.local.instance.InstanceFile;
import io.meridian.local.instance.InstanceFile.Started;
import io.meridian.local.instance.Layout;
import io.meridian.local.instance.Secrets;
import io.meridian.local.process.ProcessIdentity;
import io.meridian.local.process.Program;
import io.meridian.local.service.Programs;
import io.meridian.local.service.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Starts and stops the processes of one instance and keeps {@code instance.json} true. Signals only what it finds there, by pid and start time. */
final class Supervisor {
    /** More at once make each of them slower than one after the other on a small machine. */
    private static final int JVMS_STARTING = 2;

    private final Layout layout;
    private final Programs programs;
    private final Semaphore jvms = new Semaphore(JVMS_STARTING);
    private InstanceFile file;

    Supervisor(Layout layout, Secrets secrets, InstanceFile file) {
        this.layout = layout;
        this.programs = new Programs(layout, secrets);
        this.file = file;
    }

    synchronized InstanceFile file() {
        return file;
    }

    synchronized void state(InstanceFile.State state) throws IOException {
        file = file.with(state);
        file.write();
    }

    Programs programs() {
        return programs;
    }

    Optional<ProcessIdentity> running(String name) {
        return file().process(name).map(Started::identity).filter(ProcessIdentity::alive);
    }

    /** Starts {@code program} unless it runs, and waits until it is ready. True when it was started now. */
    boolean start(Program program) throws IOException, InterruptedException {
        if (running(program.name()).isPresent()) {
            return false;
        }
        if (program.jvm()) {
            jvms.acquire();
        }
        try {
            program.starter().start(identity -> record(program, identity));
            return true;
        } finally {
            if (program.jvm()) {
                jvms.release();
            }
        }
    }

    /** A task that starts a JVM of its own waits for its turn too. */
    void inJvmTurn(Progress.Act act) throws IOException, InterruptedException {
        jvms.acquire();
        try {
            act.run();
        } finally {
            jvms.release();
        }
    }

    private synchronized void record(Program program, ProcessIdentity identity) {
        file = file.with(new Started(
                program.name(),
                identity.pid(),
                identity.startedAtMillis(),
                program.log().toString()));
        try {
            file.write();
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        }
    }

    private synchronized void forget(String name) throws IOException {
        file = file.without(name);
        file.write();
    }

    /** In order first, then by SIGKILL; what is recorded but not ours any more is only forgotten. */
    void stop(String name) throws IOException, InterruptedException {
        Optional<ProcessIdentity> process = running(name);
        if (process.isPresent()) {
            programs.named(name).stop(process.get());
        }
        forget(name);
    }

    /** It stays recorded, so that {@code status} tells of it. */
    void kill(String name) throws InterruptedException {
        Optional<ProcessIdentity> process = running(name);
        if (process.isPresent()) {
            process.get().kill();
        }
    }

    /** Users of a service are stopped before it, those of one kind at the same time. */
    void stop(List<String> names) throws IOException, InterruptedException {
        var ranks = new TreeMap<Integer, List<String>>(Comparator.reverseOrder());
        names.forEach(name ->
                ranks.computeIfAbsent(rank(name), _ -> new ArrayList<>()).add(name));
        for (List<String> group : ranks.values()) {
            together(group.stream().<Progress.Act>map(name -> () -> stop(name)).toList());
        }
    }

    private int rank(String name) {
        Optional<Service> service = Service.named(layout, name.substring(name.indexOf('/') + 1));
        if (service.isEmpty()) {
            return 0; // the links: everybody talks through them
        }
        return switch (service.get().kind()) {
            case POSTGRES, KAFKA -> 1;
            case CONTROL_PLANE -> 2;
            case ROUTER, AGENT -> 3;
            case LEDGER -> 4;
            case ENVOY -> 5;
        };
    }

    /** All at once; returns when all are done. The first failure interrupts the others and is thrown. */
    static void together(List<? extends Progress.Act> acts) throws IOException, InterruptedException {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var done = new java.util.concurrent.ExecutorCompletionService<Boolean>(executor);
            List<Future<Boolean>> futures = new ArrayList<>();
            for (Progress.Act act : acts) {
                futures.add(done.submit(() -> {
                    act.run();
                    return true;
                }));
            }
            try {
                for (int finished = 0; finished < futures.size(); finished++) {
                    done.take().get();
                }
            } catch (ExecutionException failed) {
                executor.shutdownNow();
                throw unwrapped(failed);
            } catch (InterruptedException interrupted) {
                executor.shutdownNow();
                throw interrupted;
            }
        }
    }

    private static IOException unwrapped(ExecutionException failed) {
        if (failed.getCause() instanceof IOException expected) {
            return expected;
        }
        if (failed.getCause() instanceof UncheckedIOException wrapped && wrapped.getCause() != null) {
            return wrapped.getCause();
        }
        throw new IllegalStateException(failed.getCause());
    }
}
