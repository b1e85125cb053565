package io.meridian.local;

import io.meridian.local.process.Program;
import java.io.IOException;
import java.nio.file.Path;

/** One process of an instance, to be killed and started again by tests. */
public final class LocalProcess {
    private final Supervisor supervisor;
    private final Program program;

    LocalProcess(Supervisor supervisor, Program program) {
        this.supervisor = supervisor;
        this.program = program;
    }

    public String name() {
        return program.name();
    }

    public Path log() {
        return program.log();
    }

    public boolean alive() {
        return supervisor.running(program.name()).isPresent();
    }

    /** 0 when it does not run. */
    public long pid() {
        return supervisor.running(program.name()).map(running -> running.pid()).orElse(0L);
    }

    /** SIGKILL, as a crash; returns when it is gone. */
    public void kill() throws InterruptedException {
        supervisor.kill(program.name());
    }

    /** SIGTERM (PostgreSQL: fast shutdown), after a limit SIGKILL; returns when it is gone. */
    public void stop() throws IOException, InterruptedException {
        supervisor.stop(program.name());
    }

    /** With the same data, ports and configuration; returns when it answers. Stops it first when it runs. */
    public void restart() throws IOException, InterruptedException {
        supervisor.stop(program.name());
        supervisor.start(program);
    }
}
