package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Topologies of earlier revisions. */
final class TopologyRevisions {
    private TopologyRevisions() {}

    /** What a change of the topology came to, for people. */
    static void print(Console console, JsonNode answer, boolean dryRun) {
        JsonNode changes = answer.path("changes");
        for (JsonNode change : changes) {
            console.line("  " + change.asText());
        }
        String revision = answer.path("revision").asText("?");
        console.line(
                changes.isEmpty()
                        ? "no change; revision " + revision
                        : dryRun ? "would change this; nothing was changed" : "applied at revision " + revision);
    }

    /** Which there were. */
    @Command(name = "history", description = "Lists the revisions of the topology that are kept, the newest first.")
    static final class History implements Callable<Integer> {
        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Option(names = "--json", description = "The control plane's answer.")
        private boolean json;

        private final Surroundings around;

        History(Surroundings around) {
            this.around = around;
        }

        @Override
        public Integer call() throws InterruptedException {
            try (var api = options.connect(around)) {
                JsonNode answer = api.get("/topology/revisions");
                var console = new Console(around);
                if (json) {
                    console.json(answer);
                } else {
                    print(console, answer);
                }
                return ExitCode.DONE.number();
            }
        }

        private static void print(Console console, JsonNode revisions) {
            List<List<String>> rows = new ArrayList<>();
            for (JsonNode revision : revisions) {
                JsonNode changes = revision.path("changes");
                String first = changes.path(0).asText("");
                rows.add(List.of(
                        revision.path("revision").asText("?"),
                        revision.path("declared").asText("-"),
                        revision.path("current").asBoolean() ? "yes" : "",
                        changes.size() > 1 ? first + " (and " + (changes.size() - 1) + " more)" : first));
            }
            console.table(List.of("revision", "declared", "holds", "changed"), rows);
        }
    }

    /** How two of them differ. */
    @Command(name = "diff", description = "Shows what differs between two revisions, or since one.")
    static final class Diff implements Callable<Integer> {
        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Parameters(index = "0", paramLabel = "FROM", description = "A revision that history lists.")
        private long from;

        @Parameters(index = "1", arity = "0..1", paramLabel = "TO", description = "Another; else what holds now.")
        private Optional<Long> to = Optional.empty();

        @Option(names = "--json", description = "The control plane's answer, with a JSON pointer for each place.")
        private boolean json;

        private final Surroundings around;

        Diff(Surroundings around) {
            this.around = around;
        }

        @Override
        public Integer call() throws InterruptedException {
            try (var api = options.connect(around)) {
                long newer = to.isPresent()
                        ? to.get()
                        : api.get("/topology").path("revision").asLong();
                JsonNode answer = api.get("/topology/diff?from=" + from + "&to=" + newer);
                var console = new Console(around);
                if (json) {
                    console.json(answer);
                    return ExitCode.DONE.number();
                }
                for (JsonNode sentence : answer.path("sentences")) {
                    console.line(sentence.asText());
                }
                if (answer.path("sentences").isEmpty()) {
                    console.line("no difference between revisions " + from + " and " + newer);
                }
                return ExitCode.DONE.number();
            }
        }
    }

    /** Back to one of them. */
    @Command(name = "rollback", description = "Makes the topology of an earlier revision the topology again.")
    static final class RollBack implements Callable<Integer> {
        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Mixin
        private final ChangeOptions change = new ChangeOptions();

        @Parameters(index = "0", paramLabel = "REVISION", description = "One that history lists.")
        private long to;

        @Option(names = "--dry-run", description = "Say what would change, change nothing.")
        private boolean dryRun;

        @Option(
                names = "--if-match",
                paramLabel = "REVISION",
                description = "Only if the topology is at this revision.")
        private Optional<Long> ifMatch = Optional.empty();

        @Option(names = "--json", description = "The control plane's answer.")
        private boolean json;

        private final Surroundings around;

        RollBack(Surroundings around) {
            this.around = around;
        }

        @Override
        public Integer call() throws InterruptedException {
            try (var api = options.connect(around, change)) {
                api.onlyAt(ifMatch.map(OptionalLong::of).orElse(OptionalLong.empty()));
                JsonNode answer = api.post(
                        "/topology/rollback?to=" + to + (dryRun ? "&dryRun=true" : ""),
                        JsonNodeFactory.instance.objectNode());
                var console = new Console(around);
                if (json) {
                    console.json(answer);
                } else {
                    TopologyRevisions.print(console, answer, dryRun);
                }
                return ExitCode.DONE.number();
            }
        }
    }
}
