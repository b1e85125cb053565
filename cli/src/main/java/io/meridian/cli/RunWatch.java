package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Run;
import io.meridian.cli.api.UnreachableException;
import java.time.Duration;

/** Follows a run until it ended or needs a person. Watching changes nothing: when it stops, the run goes on. */
final class RunWatch {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    /** The node that is asked may be restarted meanwhile; longer than this it is gone. */
    private static final Duration UNREACHABLE_LIMIT = Duration.ofSeconds(30);

    private final ControlApi api;
    private final Console console;

    RunWatch(ControlApi api, Console console) {
        this.api = api;
        this.console = console;
    }

    /**
     * @param first the run as it is now
     * @param json nothing is printed but the run as it ended
     * @return the exit code
     */
    int follow(JsonNode first, Duration patience, boolean json) throws InterruptedException {
        String id = String.valueOf(Documents.as(first, Run.class).id());
        var hook = new Thread(() -> console.error("\n" + id + " goes on. " + ways(id)), "interrupted");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return follow(id, first, patience, json);
        } finally {
            forget(hook);
        }
    }

    static String ways(String id) {
        return "Watch it: ./meridian runs " + id + " --wait   Take it back: ./meridian runs cancel " + id;
    }

    private int follow(String id, JsonNode first, Duration patience, boolean json) throws InterruptedException {
        var report = new RunReport(console);
        long deadline = System.nanoTime() + patience.toNanos();
        JsonNode answer = first;
        Run run = Documents.as(answer, Run.class);
        if (!json) {
            report.heading(run);
        }
        int printed = 0;
        while (true) {
            if (!json) {
                printed = report.steps(run.steps(), printed);
            }
            if (run.atRest()) {
                break;
            }
            if (System.nanoTime() - deadline > 0) {
                console.error(id + " did not end within " + RunReport.time(patience.toMillis()) + " and goes on. "
                        + ways(id));
                if (json) {
                    console.json(answer);
                }
                return ExitCode.UNKNOWN.number();
            }
            Thread.sleep(BETWEEN_LOOKS);
            answer = look(id);
            run = Documents.as(answer, Run.class);
        }
        if (json) {
            console.json(answer);
        } else {
            report.ending(run);
        }
        return run.done() && run.problem() == null ? ExitCode.DONE.number() : ExitCode.FAILED.number();
    }

    private JsonNode look(String id) throws InterruptedException {
        long giveUp = System.nanoTime() + UNREACHABLE_LIMIT.toNanos();
        while (true) {
            try {
                return api.get("/runs/" + ControlApi.encoded(id));
            } catch (UnreachableException nobody) {
                if (System.nanoTime() - giveUp > 0) {
                    throw nobody;
                }
                console.passing("  nothing answers at " + nobody.address() + "; asking again");
                Thread.sleep(BETWEEN_LOOKS);
            }
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // the hook speaks
        }
    }
}
