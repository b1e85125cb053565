package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Orphan;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes that a failover passed over. */
@Command(
        name = "orphans",
        description = "Lists the writes that lost their place in a failover, and what was decided of each.",
        footer = {"", "Each region tells its newest hundred; all of them are in meridian.orphan of every store."})
final class OrphansCommand implements Callable<Integer> {
    private static final int KEY_SHOWN = 40;

    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Option(names = "--region", paramLabel = "REGION", description = "As this region tells; else all do.")
    private @Nullable String region;

    @Option(names = "--shard", paramLabel = "N", description = "Of this shard only.")
    private @Nullable Integer shard;

    @Option(names = "--open", description = "Those that nobody has decided yet.")
    private boolean open;

    @Option(names = "--json", description = "The control plane's answer.")
    private boolean json;

    private final Surroundings around;

    OrphansCommand(Surroundings around) {
        this.around = around;
    }

    static CommandLine with(Surroundings around) {
        return new CommandLine(new OrphansCommand(around))
                .addSubcommand(new Show(around))
                .addSubcommand(new OrphansReviseCommand(around))
                .addSubcommand(new OrphanRevisionsCommand(around));
    }

    @Override
    public Integer call() throws InterruptedException {
        var console = new Console(around);
        try (var api = options.connect(around)) {
            JsonNode answer = api.get("/orphans" + query());
            if (json) {
                console.json(answer);
            } else {
                print(console, Documents.listOf(answer, Orphan[].class));
            }
            return ExitCode.DONE.number();
        }
    }

    private String query() {
        List<String> wanted = new ArrayList<>();
        if (region != null) {
            wanted.add("region=" + ControlApi.encoded(region));
        }
        if (shard != null) {
            wanted.add("shard=" + shard);
        }
        if (open) {
            wanted.add("open=true");
        }
        return wanted.isEmpty() ? "" : "?" + String.join("&", wanted);
    }

    private static void print(Console console, List<Orphan> all) {
        if (all.isEmpty()) {
            console.line("none");
            return;
        }
        console.table(
                List.of(
                        "TOLD BY",
                        "FROM",
                        "SHARD",
                        "TABLE",
                        "KEY",
                        "WRITE",
                        "COMMITTED",
                        "DECISION",
                        "POSITION",
                        "INDEX"),
                all.stream()
                        .map(orphan -> List.of(
                                orphan.region(),
                                orphan.source(),
                                Integer.toString(orphan.shard()),
                                orphan.table(),
                                brief(orphan.key().toString()),
                                orphan.operation(),
                                RunReport.clock(orphan.committedAt()),
                                orphan.open()
                                        ? "open"
                                        : orphan.decision()
                                                + (orphan.revised() == null
                                                        ? ""
                                                        : ", then "
                                                                + orphan.revised()
                                                                        .verdict()),
                                orphan.position(),
                                Integer.toString(orphan.index())))
                        .toList());
    }

    private static String brief(String key) {
        return key.length() <= KEY_SHOWN ? key : key.substring(0, KEY_SHOWN - 3) + "...";
    }

    /** With both versions. */
    static void whole(Console console, Orphan orphan) {
        console.line(orphan.operation() + " of " + orphan.table() + " " + orphan.key() + ", shard " + orphan.shard()
                + ", as " + orphan.region() + " tells");
        console.line("  committed " + RunReport.clock(orphan.committedAt()) + " in " + orphan.source() + ", epoch "
                + orphan.epoch() + ", at " + orphan.position() + " " + orphan.index());
        console.line("  lost:    " + orphan.content());
        console.line("  instead: " + (orphan.ours() == null || orphan.ours().isEmpty() ? "no row" : orphan.ours()));
        console.line("  "
                + (orphan.open()
                        ? "not decided yet"
                        : orphan.decision()
                                + (orphan.reason() == null || orphan.reason().isEmpty()
                                        ? ""
                                        : ": " + orphan.reason())));
        Orphan.Revised revised = orphan.revised();
        if (revised != null) {
            console.line("  then " + revised.verdict() + " by " + revised.by() + ", " + RunReport.clock(revised.at())
                    + ": " + revised.reason());
        }
    }

    /** One of them, with both versions. */
    @Command(name = "show", description = "Shows the writes of one lost transaction, each with what was there instead.")
    static final class Show implements Callable<Integer> {
        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Parameters(index = "0", paramLabel = "POSITION", description = "As ./meridian orphans lists it.")
        private String position = "";

        @Option(names = "--json", description = "As the control plane tells it.")
        private boolean json;

        private final Surroundings around;

        Show(Surroundings around) {
            this.around = around;
        }

        @Override
        public Integer call() throws InterruptedException {
            var console = new Console(around);
            boolean found = false;
            try (var api = options.connect(around)) {
                for (JsonNode entry : api.get("/orphans")) {
                    Orphan orphan = Documents.as(entry, Orphan.class);
                    if (orphan.position().equals(position)) {
                        found = true;
                        if (json) {
                            console.json(entry);
                        } else {
                            whole(console, orphan);
                        }
                    }
                }
            }
            if (!found) {
                console.error(
                        "no region tells of a lost write at " + position + "; those that are told: ./meridian orphans");
            }
            return found ? ExitCode.DONE.number() : ExitCode.NOT_FOUND.number();
        }
    }
}
