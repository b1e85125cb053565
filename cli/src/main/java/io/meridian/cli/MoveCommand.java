package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Run;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Moves shards to a zone. */
@Command(
        name = "move",
        description = "Moves shards to a zone while their users work.",
        footer = {
            "",
            "Shards move in waves: those of one are held and moved together. Without --wait the move goes on by"
                    + " itself; so it does when --wait is interrupted (Ctrl-C).",
            "Example: ./meridian move --shards 0-340 --to west-1 --wait"
        },
        exitCodeList = {
            "1:with --wait: it failed or was rolled back, at least in part, or needs a person",
            "7:not known what became of it, or --timeout passed: ask again with the same --change-key"
        })
final class MoveCommand implements Callable<Integer> {
    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Mixin
    private final ChangeOptions change = new ChangeOptions();

    @Option(names = "--shards", paramLabel = "SHARDS", required = true, description = "Such as 0-340,400.")
    private String shards = "";

    @Option(names = "--to", paramLabel = "ZONE", required = true, description = "Such as west-1.")
    private String to = "";

    @Option(names = "--wave", paramLabel = "N", description = "Shards that move together, 1 to 4096.")
    private @Nullable Integer wave;

    @Option(
            names = "--pause-between-waves",
            paramLabel = "TIME",
            description = "Between the end of a wave and the start of the next, such as 30s or 5m.")
    private @Nullable String pauseBetweenWaves;

    @Option(
            names = "--stop-on-guard",
            description = "A later wave whose gates stay closed ends the move; else it pauses it.")
    private boolean stopOnGuard;

    @Option(names = "--paused", description = "Plan it; it starts with: runs resume ID.")
    private boolean paused;

    @Option(names = "--dry-run", description = "Show the plan and its gates, change nothing.")
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

    MoveCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        var console = new Console(around);
        try (var api = options.connect(around, change)) {
            JsonNode answer = start(api, document(), dryRun);
            if (dryRun) {
                print(console, answer, () -> new RunReport(console).plan(Documents.as(answer, Run.class)));
                return ExitCode.DONE.number();
            }
            if (wait) {
                return new RunWatch(api, console).follow(answer, timeout, json);
            }
            print(console, answer, () -> new RunReport(console).started(Documents.as(answer, Run.class)));
            return ExitCode.DONE.number();
        }
    }

    /** What is not said is left out: the topology's limits, or the nodes' configuration, have it then. */
    private ObjectNode document() {
        ObjectNode move = move(shards, to);
        if (wave != null) {
            move.put("wave", wave);
        }
        if (pauseBetweenWaves != null) {
            move.put("pauseBetweenWaves", pauseBetweenWaves);
        }
        if (stopOnGuard) {
            move.put("stopOnGuard", true);
        }
        if (paused) {
            move.put("paused", true);
        }
        return move;
    }

    static ObjectNode move(String shards, String to) {
        return JsonNodeFactory.instance.objectNode().put("shards", shards).put("to", to);
    }

    static JsonNode start(ControlApi api, ObjectNode move, boolean dryRun) throws InterruptedException {
        return api.post("/moves" + (dryRun ? "?dryRun=true" : ""), move);
    }

    private void print(Console console, JsonNode answer, Runnable forPeople) {
        if (json) {
            console.json(answer);
        } else {
            forPeople.run();
        }
    }
}
