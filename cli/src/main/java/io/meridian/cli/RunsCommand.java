package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Run;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What moves there were, and one of them in full. */
@Command(
        name = "runs",
        description = "Lists the moves, or shows one with its steps and certificate.",
        exitCodeList = {
            "1:with --wait: it failed or was rolled back, at least in part, or needs a person",
            "7:--timeout passed, and the run goes on"
        })
final class RunsCommand implements Callable<Integer> {
    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Parameters(index = "0", arity = "0..1", paramLabel = "ID", description = "Such as mv-1.")
    private @Nullable String id;

    @Option(names = "--wait", description = "Follow the run until it ended.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "5m",
            converter = PatienceConverter.class,
            description = "How long --wait waits (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ofMinutes(5);

    @Option(names = "--json", description = "The control plane's answer.")
    private boolean json;

    private final Surroundings around;

    RunsCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        var console = new Console(around);
        try (var api = options.connect(around)) {
            JsonNode answer = id == null ? api.pages("/runs", "runs") : api.get("/runs/" + ControlApi.encoded(id));
            if (id != null && wait) {
                return new RunWatch(api, console).follow(answer, timeout, json);
            }
            if (json) {
                console.json(answer);
            } else if (id != null) {
                new RunReport(console).whole(Documents.as(answer, Run.class));
            } else {
                print(console, Documents.listOf(answer.path("runs"), Run[].class));
            }
            return ExitCode.DONE.number();
        }
    }

    private static void print(Console console, List<Run> runs) {
        if (runs.isEmpty()) {
            console.line("no moves yet");
            return;
        }
        table(console, runs);
    }

    private static void table(Console console, List<Run> runs) {
        List<List<String>> rows = runs.stream()
                .map(run -> List.of(
                        String.valueOf(run.id()),
                        String.valueOf(run.state()),
                        run.shards().length() <= 40
                                ? run.shards()
                                : run.shards().substring(0, 37) + "...",
                        run.to() == null ? "several" : run.to(),
                        run.startedAt() == null ? "-" : run.startedAt().replaceFirst("\\.\\d+Z$", "Z"),
                        Integer.toString(run.moved())))
                .toList();
        console.table(List.of("ID", "STATE", "SHARDS", "TO", "STARTED", "MOVED"), rows);
    }

    /** What ended longer ago than the control plane remembers by itself. */
    @Command(
            name = "history",
            description = "Lists the runs that ended, the newest end first, as far back as the node has files of them.",
            footer = {"", "One of them in full, with its certificate: ./meridian runs ID"})
    static final class History implements Callable<Integer> {
        private static final int PAGE = 200;

        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Option(
                names = "-n",
                paramLabel = "RUNS",
                defaultValue = "20",
                description = "How many, 1 to 10000 (default: ${DEFAULT-VALUE}).")
        private int wanted = 20;

        @Option(names = "--json", description = "The control plane's answer; next is null once it is all there is.")
        private boolean json;

        @Spec
        private @Nullable CommandSpec spec;

        private final Surroundings around;

        History(Surroundings around) {
            this.around = around;
        }

        @Override
        public Integer call() throws InterruptedException {
            if ((wanted < 1 || wanted > 10_000) && spec != null) {
                throw new CommandLine.ParameterException(spec.commandLine(), "-n " + wanted + " is not in 1 to 10000");
            }
            var console = new Console(around);
            try (var api = options.connect(around)) {
                JsonNode answer = newest(api);
                List<Run> runs = Documents.listOf(answer.path("runs"), Run[].class);
                if (json) {
                    console.json(answer);
                } else if (runs.isEmpty()) {
                    console.line("no run ended yet, as far as this node has files of it");
                } else {
                    table(console, runs);
                    if (answer.path("next").isTextual()) {
                        console.line("there are older ones: -n " + wanted * 2L);
                    }
                }
                return ExitCode.DONE.number();
            }
        }

        /** As many pages as it takes, as one. */
        private JsonNode newest(ControlApi api) throws InterruptedException {
            JsonNode whole = api.get("/runs/history?limit=" + Math.min(wanted, PAGE));
            JsonNode page = whole;
            while (whole.path("runs") instanceof ArrayNode all
                    && all.size() < wanted
                    && page.path("next").isTextual()) {
                page = api.get("/runs/history?limit=" + Math.min(wanted - all.size(), PAGE) + "&cursor="
                        + ControlApi.encoded(page.path("next").asText()));
                page.path("runs").forEach(all::add);
            }
            return whole instanceof ObjectNode document ? document.set("next", page.path("next")) : whole;
        }
    }
}
