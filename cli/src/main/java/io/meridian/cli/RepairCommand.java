package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Repair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Brings copies back to what their owner has. */
@Command(
        name = "repair",
        description = "Lets shards' owners write rows once more, so that every copy has them as the owner has.",
        footer = {
            "",
            "Of a verification with rows: those that differ; one that the owner lacks is deleted in all copies.",
            "Of whole shards: all rows that the owner has; what only copies have stays.",
            "Example: ./meridian verify --rows, then ./meridian repair --verification vf-3 --dry-run"
        },
        exitCodeList = {
            "1:with --wait: not all was repaired",
            "7:not known what became of it, or --timeout passed: ask again with the same --change-key"
        })
final class RepairCommand implements Callable<Integer> {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    static final class What {
        @Option(
                names = "--verification",
                paramLabel = "ID",
                required = true,
                description = "Such as vf-3: the rows that it found to differ.")
        private @Nullable String verification;

        @Option(
                names = "--shards",
                paramLabel = "SHARDS",
                required = true,
                description = "Such as 17: all rows of these shards, 64 at most.")
        private @Nullable String shards;
    }

    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Mixin
    private final ChangeOptions change = new ChangeOptions();

    @ArgGroup(multiplicity = "1")
    private What what = new What();

    @Option(names = "--tables", paramLabel = "TABLE", split = ",", description = "Such as public.account; else all.")
    private List<String> tables = new ArrayList<>();

    @Option(names = "--dry-run", description = "Show what would be written, change nothing.")
    private boolean dryRun;

    @Option(names = "--wait", description = "Until it ended.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "15m",
            converter = PatienceConverter.class,
            description = "How long --wait waits (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ofMinutes(15);

    @Option(names = "--json", description = "The control plane's answer; with --wait as it ended.")
    private boolean json;

    private final Surroundings around;

    RepairCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        var console = new Console(around);
        try (var api = options.connect(around, change)) {
            JsonNode answer = api.post("/repairs" + (dryRun ? "?dryRun=true" : ""), document());
            if (!dryRun && wait) {
                answer = ended(api, console, answer);
            }
            Repair repair = Documents.as(answer, Repair.class);
            if (json) {
                console.json(answer);
            } else if (dryRun) {
                plan(console, repair);
                console.line("would be written once more as their owner has them; nothing was changed");
            } else {
                show(console, repair);
            }
            if (dryRun || !wait || repair.done()) {
                return ExitCode.DONE.number();
            }
            return repair.running() ? ExitCode.UNKNOWN.number() : ExitCode.FAILED.number();
        }
    }

    static void show(Console console, Repair repair) {
        if (repair.running()) {
            plan(console, repair);
            console.line(repair.id() + " is under way; verify again when it ended");
        } else {
            outcome(console, repair);
        }
    }

    private ObjectNode document() {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        if (what.verification != null) {
            document.put("verification", what.verification);
        } else {
            document.put("shards", what.shards);
        }
        if (!tables.isEmpty()) {
            tables.forEach(document.putArray("tables")::add);
        }
        return document;
    }

    /** @return as it ended, or as it was when patience ran out */
    private JsonNode ended(ControlApi api, Console console, JsonNode first) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        JsonNode answer = first;
        while (Documents.as(answer, Repair.class).running() && System.nanoTime() - deadline < 0) {
            console.passing("waiting for the owners");
            Thread.sleep(BETWEEN_LOOKS);
            answer = api.get("/repairs/" + ControlApi.encoded(answer.path("id").asText()));
        }
        return answer;
    }

    private static void plan(Console console, Repair repair) {
        console.table(
                List.of("SHARD", "OWNER", "EPOCH", "ROWS", "OWNER LACKS"),
                repair.shards().stream()
                        .map(shard -> List.of(
                                Integer.toString(shard.shard()),
                                shard.owner(),
                                Long.toString(shard.epoch()),
                                asked(shard),
                                shard.asked() == null ? "" : Integer.toString(shard.missing())))
                        .toList());
        left(console, repair);
    }

    private static String asked(Repair.Shard shard) {
        return shard.asked() == null
                ? "all rows"
                : shard.asked().entrySet().stream()
                        .map(table -> table.getKey() + " " + table.getValue())
                        .collect(Collectors.joining(", "));
    }

    private static void outcome(Console console, Repair repair) {
        console.table(
                List.of("SHARD", "OWNER", "EPOCH", "WRITTEN", "DELETED", "PROBLEM"),
                repair.shards().stream()
                        .map(shard -> List.of(
                                Integer.toString(shard.shard()),
                                shard.owner(),
                                Long.toString(shard.epoch()),
                                number(shard.rows()),
                                number(shard.absent()),
                                shard.problem() == null ? "" : shard.problem()))
                        .toList());
        left(console, repair);
        console.line((repair.done() ? console.good("repaired") : console.bad("not all repaired")) + "  " + repair.id()
                + "; what came of it: ./meridian verify");
    }

    private static void left(Console console, Repair repair) {
        repair.left().forEach(left -> console.line("! shard " + left.shard() + ": " + left.why()));
    }

    private static String number(@Nullable Long number) {
        return number == null ? "?" : Long.toString(number);
    }
}
