package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Verification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Are all regions' copies equal, shard by shard? */
@Command(
        name = "verify",
        description = "Compares the copies of all regions, shard by shard.",
        footer = {
            "",
            "With --rows the first eight shards that differ are looked at row by row; repair mends them.",
            "Example: ./meridian verify --shards 0-31 --tables public.account --rows"
        },
        exitCodeList = {
            "1:not equal, or the comparison failed",
            "7:not known what became of it, or --timeout passed: ask again with the same --change-key"
        })
final class VerifyCommand implements Callable<Integer> {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
    private static final int DIFFERENCES_SHOWN = 20;
    private static final int ROWS_SHOWN = 20;

    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Mixin
    private final ChangeOptions change = new ChangeOptions();

    @Option(names = "--shards", paramLabel = "SHARDS", description = "Such as 0-31,77; else all.")
    private @Nullable String shards;

    @Option(names = "--tables", paramLabel = "TABLE", split = ",", description = "Such as public.account; else all.")
    private List<String> tables = new ArrayList<>();

    @Option(names = "--rows", description = "Show which rows differ.")
    private boolean rows;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "5m",
            converter = PatienceConverter.class,
            description = "How long to wait for the answer (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ofMinutes(5);

    @Option(names = "--json", description = "As {\"verification\", \"equal\", \"shards\", \"rows\", \"differences\"}.")
    private boolean json;

    private final Surroundings around;

    VerifyCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        var console = new Console(around);
        try (var api = options.connect(around, change)) {
            JsonNode answer = verify(api, console, document(), timeout);
            if (json) {
                console.json(outward(answer));
            } else {
                print(console, Documents.as(answer, Verification.class));
            }
            Verification verification = Documents.as(answer, Verification.class);
            if (verification.running()) {
                return ExitCode.UNKNOWN.number();
            }
            return equal(verification) ? ExitCode.DONE.number() : ExitCode.FAILED.number();
        }
    }

    private ObjectNode document() {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        if (shards != null) {
            document.put("shards", shards);
        }
        if (!tables.isEmpty()) {
            tables.forEach(document.putArray("tables")::add);
        }
        if (rows) {
            document.put("rows", true);
        }
        return document;
    }

    /** Of everything. */
    static JsonNode verify(ControlApi api, Console console, Duration patience) throws InterruptedException {
        return verify(api, console, JsonNodeFactory.instance.objectNode(), patience);
    }

    /** @return the verification as it ended, or as it was when patience ran out */
    private static JsonNode verify(ControlApi api, Console console, ObjectNode document, Duration patience)
            throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        JsonNode answer = api.post("/verifications", document);
        Verification verification = Documents.as(answer, Verification.class);
        while (verification.running() && System.nanoTime() - deadline < 0) {
            console.passing("comparing all regions' copies");
            Thread.sleep(BETWEEN_LOOKS);
            answer = api.get("/verifications/" + ControlApi.encoded(verification.id()));
            verification = Documents.as(answer, Verification.class);
        }
        return answer;
    }

    /** What programs were promised: these, and the reason when it is not known whether the copies are equal. */
    private static ObjectNode outward(JsonNode answer) {
        ObjectNode outward = JsonNodeFactory.instance.objectNode();
        boolean known = "DONE".equals(answer.path("state").asText());
        outward.set("verification", answer.path("id"));
        outward.set("equal", known ? answer.path("equal") : JsonNodeFactory.instance.nullNode());
        outward.set("shards", answer.path("shards"));
        outward.set("rows", answer.path("rows"));
        outward.set(
                "differences", answer.path("differences").isArray() ? answer.path("differences") : outward.arrayNode());
        if (!known) {
            outward.put("problem", reason(Documents.as(answer, Verification.class)));
        } else if (answer.path("problem").isTextual()) {
            outward.set("problem", answer.path("problem"));
        }
        return outward;
    }

    static boolean equal(Verification verification) {
        return verification.state().equals("DONE") && Boolean.TRUE.equals(verification.equal());
    }

    static void print(Console console, Verification verification) {
        String size = verification.shards() + " shards, " + verification.rows() + " rows";
        if (equal(verification)) {
            console.line(console.good("equal") + "  " + size);
        } else if (verification.state().equals("DONE")) {
            console.line(
                    console.bad("not equal") + "  " + verification.differences().size() + " of " + size + " differ");
            int rowsLeft = ROWS_SHOWN;
            for (Verification.Difference difference :
                    verification.differences().stream().limit(DIFFERENCES_SHOWN).toList()) {
                console.line(sentence(difference));
                rowsLeft -= rows(console, difference, rowsLeft);
            }
            int more = verification.differences().size() - DIFFERENCES_SHOWN;
            if (more > 0) {
                console.line("  and " + more + " more: ./meridian verify --json");
            }
            if (verification.problem() != null) {
                console.line(verification.problem());
            }
            if (verification.differences().stream()
                    .anyMatch(difference -> !difference.rowList().isEmpty())) {
                console.line("to write them once more as their owner has them: ./meridian repair --verification "
                        + verification.id() + " --dry-run");
            }
        } else {
            console.line(console.bad("not known") + "  " + reason(verification));
        }
    }

    private static String reason(Verification verification) {
        if (verification.running()) {
            return "verification " + verification.id() + " is still running; ask again with a longer --timeout";
        }
        return verification.problem() == null ? "the verification failed and did not say why" : verification.problem();
    }

    /** @return how many lines of rows that took */
    private static int rows(Console console, Verification.Difference difference, int most) {
        List<Verification.Row> rows = difference.rowList();
        int shown = Math.min(rows.size(), most);
        rows.stream().limit(shown).forEach(row -> console.line("    " + sentence(row)));
        if (difference.rowsKnown() && rows.isEmpty() && !difference.moreRows()) {
            console.line("    no row differed any more when they were compared");
        } else if (shown < rows.size()) {
            console.line("    and " + (rows.size() - shown) + (difference.moreRows() ? " more at least" : " more")
                    + ": --json");
        } else if (difference.moreRows()) {
            console.line("    and more, which were not compared");
        }
        return shown;
    }

    private static String sentence(Verification.Row row) {
        return row.table() + " "
                + row.key().entrySet().stream()
                        .map(column -> column.getKey() + "=" + column.getValue())
                        .collect(Collectors.joining(","))
                + ": "
                + row.regions().entrySet().stream()
                        .map(copy -> copy.getKey() + " " + (copy.getValue() == null ? "has it not" : copy.getValue()))
                        .collect(Collectors.joining(", "));
    }

    private static String sentence(Verification.Difference difference) {
        return "  shard " + difference.shard() + ": "
                + difference.regions().entrySet().stream()
                        .map(copy -> copy.getKey() + " has "
                                + (copy.getValue().rows() == null
                                        ? "?"
                                        : copy.getValue().rows()) + " rows "
                                + brief(copy.getValue()))
                        .collect(Collectors.joining(", "));
    }

    private static String brief(Verification.Copy copy) {
        String hash = copy.hash() == null ? "" : copy.hash();
        return hash.substring(0, Math.min(12, hash.length()));
    }
}
