package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Repair;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What repairs there were, and one of them shard by shard. */
@Command(
        name = "repairs",
        description = "Lists the newest twenty repairs, or shows one shard by shard.",
        exitCodeList = "1:of one that is shown: not all was repaired")
final class RepairsCommand implements Callable<Integer> {
    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Parameters(index = "0", arity = "0..1", paramLabel = "ID", description = "Such as rp-1.")
    private @Nullable String id;

    @Option(names = "--json", description = "The control plane's answer.")
    private boolean json;

    private final Surroundings around;

    RepairsCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        var console = new Console(around);
        try (var api = options.connect(around)) {
            JsonNode answer = api.get(id == null ? "/repairs" : "/repairs/" + ControlApi.encoded(id));
            if (json) {
                console.json(answer);
            }
            if (id == null) {
                if (!json) {
                    list(console, answer.path("repairs"));
                }
                return ExitCode.DONE.number();
            }
            Repair repair = Documents.as(answer, Repair.class);
            if (!json) {
                RepairCommand.show(console, repair);
            }
            return repair.running() || repair.done() ? ExitCode.DONE.number() : ExitCode.FAILED.number();
        }
    }

    private static void list(Console console, JsonNode answer) {
        if (answer.isEmpty()) {
            console.line("no repair yet");
            return;
        }
        console.table(
                List.of("ID", "STATE", "SHARDS", "REPORTED", "WRITTEN", "PROBLEMS", "BY", "STARTED"),
                answer.valueStream().map(RepairsCommand::row).toList());
    }

    private static List<String> row(JsonNode answer) {
        List<Repair.Shard> shards = Documents.as(answer, Repair.class).shards();
        long reported = shards.stream()
                .filter(shard -> shard.rows() != null || shard.problem() != null)
                .count();
        long written = shards.stream()
                .map(Repair.Shard::rows)
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .sum();
        long problems = shards.stream().filter(shard -> shard.problem() != null).count();
        return List.of(
                answer.path("id").asText(),
                answer.path("state").asText(),
                Integer.toString(shards.size()),
                Long.toString(reported),
                Long.toString(written),
                Long.toString(problems),
                answer.path("by").asText(),
                answer.path("startedAt").asText().replaceFirst("\\.\\d+Z$", "Z"));
    }
}
