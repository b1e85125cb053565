package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.cli.api.AgentOrder;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Orphan;
import io.meridian.cli.api.OrphanRevision;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One orphan is decided otherwise than it was. */
@Command(
        name = "revise",
        description = "Decides a lost write otherwise than it was decided.",
        footer = {
            "",
            "Where the rows were written since the decision it is refused and shows them: --over, with the",
            "name that is told then, writes over just that state.",
            "Example: ./meridian orphans revise 7412.0-16B37/0/1A2B3C4D/0 0 --salvage --reason \"was paid\""
        },
        exitCodeList = {
            "1:the agent could not do it, or the rows were written since",
            "7:not known what became of it, or --timeout passed: ask again with the same --change-key"
        })
final class OrphansReviseCommand implements Callable<Integer> {
    /** One of them. */
    static final class Verdict {
        @Option(names = "--salvage", required = true, description = "Its write takes effect after all.")
        private boolean salvage;

        @Option(
                names = "--reject",
                required = true,
                description = "The row is again what the owner had before the decision.")
        private boolean reject;
    }

    /** What an orphan is called for ever. */
    private record Name(String source, String position, int shard, int index) {
        static Name of(Orphan orphan) {
            return new Name(orphan.source(), orphan.position(), orphan.shard(), orphan.index());
        }
    }

    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Mixin
    private final ChangeOptions change = new ChangeOptions();

    @Mixin
    private final OrderWatch watch = new OrderWatch();

    @Parameters(index = "0", paramLabel = "POSITION", description = "As ./meridian orphans lists it.")
    private String position = "";

    @Parameters(index = "1", paramLabel = "INDEX", description = "Likewise: which of that transaction's writes.")
    private int index;

    @ArgGroup(multiplicity = "1")
    private Verdict verdict = new Verdict();

    @Option(names = "--shard", paramLabel = "N", description = "Its shard, where several match or none is listed.")
    private @Nullable Integer shard;

    @Option(names = "--source", paramLabel = "REGION", description = "The region that had taken it; likewise.")
    private @Nullable String source;

    @Option(
            names = "--over",
            paramLabel = "NAME",
            description = "Of the state of the rows that may be overwritten; else only what the decision left.")
    private String over = "";

    @Option(names = "--json", description = "The order as it ended.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    private final Surroundings around;

    OrphansReviseCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (change.reason(around.environment()).isBlank()) {
            throw usage("it overrules what was decided: say why with --reason");
        }
        var console = new Console(around);
        try (var api = options.connect(around, change)) {
            Map<Name, Orphan> listed = listed(api);
            if (listed.size() > 1) {
                throw usage("several are listed there: " + inWords(listed.values())
                        + "; say which with --shard or --source");
            }
            Optional<Orphan> orphan = listed.values().stream().findFirst();
            if (orphan.isEmpty() && (source == null || shard == null)) {
                console.error("no region tells of a lost write at " + position + " " + index
                        + "; those that are told: ./meridian orphans; one that is listed no more is named with --source"
                        + " and --shard");
                return ExitCode.NOT_FOUND.number();
            }
            if (!json) {
                orphan.ifPresentOrElse(
                        shown -> OrphansCommand.whole(console, shown),
                        () -> console.line("listed no more, so what was lost cannot be shown here"));
            }
            JsonNode answer =
                    watch.ended(api, console, "/orphans/revisions", api.post("/orphans/revisions", document(orphan)));
            AgentOrder order = Documents.as(answer, AgentOrder.class);
            if (json) {
                console.json(answer);
            } else {
                OrderWatch.tell(
                        console,
                        order,
                        verdict.salvage ? "salvaged" : "rejected",
                        "./meridian orphans revisions " + order.id());
                writtenSince(console, Documents.as(answer, OrphanRevision.class));
            }
            return OrderWatch.code(order).number();
        }
    }

    /** Those that match, as one region tells of each: rather one that knows what was decided. */
    private Map<Name, Orphan> listed(ControlApi api) throws InterruptedException {
        var listed = new LinkedHashMap<Name, Orphan>();
        for (Orphan orphan : Documents.listOf(api.get("/orphans"), Orphan[].class)) {
            if (orphan.position().equals(position)
                    && orphan.index() == index
                    && (shard == null || orphan.shard() == shard)
                    && (source == null || orphan.source().equals(source))) {
                listed.merge(Name.of(orphan), orphan, (known, next) -> known.open() ? next : known);
            }
        }
        return listed;
    }

    private static String inWords(Collection<Orphan> all) {
        return all.stream()
                .map(orphan -> "--shard " + orphan.shard() + " --source " + orphan.source() + " (" + orphan.table()
                        + " " + orphan.key() + ")")
                .collect(Collectors.joining(", "));
    }

    private ObjectNode document(Optional<Orphan> orphan) {
        ObjectNode document = JsonNodeFactory.instance
                .objectNode()
                .put("source", orphan.map(Orphan::source).orElse(source))
                .put("position", position)
                .put("shard", orphan.map(Orphan::shard).orElse(shard))
                .put("index", index)
                .put("verdict", verdict.salvage ? "SALVAGE" : "REJECT");
        if (!over.isEmpty()) {
            document.put("over", over);
        }
        return document.put("reason", change.reason(around.environment()));
    }

    private void writtenSince(Console console, OrphanRevision order) {
        List<String> rows = order.presentRows();
        if (rows.isEmpty()) {
            return;
        }
        console.line("written since the decision; now there is:");
        rows.forEach(row -> console.line("  " + (row.equals("null") ? "no row" : row)));
        console.line(
                order.presentOver() == null || order.presentOver().isEmpty()
                        ? "no order writes over that; write the row as the application does, through its owner"
                        : "to write over just that: " + again(order.presentOver()));
    }

    /** This very command line, about the state that was just told. It is another change, so it gets a key of its own. */
    private String again(String presentOver) {
        var words = new ArrayList<String>(List.of("./meridian"));
        List<String> said = spec == null
                ? List.of()
                : spec.root().commandLine().getParseResult().originalArgs();
        for (int i = 0; i < said.size(); i++) {
            String word = said.get(i);
            if (word.equals("--over") || word.equals("--change-key")) {
                i++;
            } else if (!word.startsWith("--over=") && !word.startsWith("--change-key=")) {
                words.add(quoted(word));
            }
        }
        words.add("--over");
        words.add(quoted(presentOver));
        return String.join(" ", words);
    }

    /** As a shell reads it back. */
    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=,@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    private CommandLine.ParameterException usage(String message) {
        return new CommandLine.ParameterException(spec == null ? new CommandLine(this) : spec.commandLine(), message);
    }
}
