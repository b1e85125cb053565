package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Run;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
}
