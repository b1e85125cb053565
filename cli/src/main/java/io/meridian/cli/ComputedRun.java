package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Run;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that starts a run whose moves the control plane computes: what is wanted differs, what can be done with the run does not. */
abstract class ComputedRun implements Callable<Integer> {
    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Mixin
    private final ChangeOptions change = new ChangeOptions();

    @Option(names = "--dry-run", description = "Show the plan with its reasons, change nothing.")
    private boolean dryRun;

    @Option(names = "--wait", description = "Until it ended; each step is printed as it ends.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "5m",
            converter = PatienceConverter.class,
            description = "How long --wait waits, such as 90s or 5m (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ofMinutes(5);

    @Option(
            names = "--json",
            description = "The run, or the plan, as the control plane tells it; with --wait as it ended.")
    private boolean json;

    private final Surroundings around;
    private final String path;

    /** @param path that the run is asked for at */
    ComputedRun(Surroundings around, String path) {
        this.around = around;
        this.path = path;
    }

    /** Puts what is wanted into {@code body}. */
    abstract void write(ObjectNode body);

    @Override
    public Integer call() throws InterruptedException {
        var console = new Console(around);
        var body = JsonNodeFactory.instance.objectNode();
        write(body);
        try (var api = options.connect(around, change)) {
            JsonNode answer = api.post(path + (dryRun ? "?dryRun=true" : ""), body);
            if (!dryRun && wait) {
                return new RunWatch(api, console).follow(answer, timeout, json);
            }
            if (json) {
                console.json(answer);
            } else if (dryRun) {
                new RunReport(console).plan(Documents.as(answer, Run.class));
            } else {
                new RunReport(console).started(Documents.as(answer, Run.class));
            }
            return ExitCode.DONE.number();
        }
    }
}
