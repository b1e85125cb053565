package io.meridian.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meridian.cli.api.AuditEntry;
import io.meridian.cli.api.AuditPage;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
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

/** Who did what, and whether that is the whole truth. */
@Command(name = "audit", description = "Lists, exports and checks who did what.", synopsisSubcommandLabel = "COMMAND")
final class AuditCommand extends CommandGroup {
    private static final int PAGE = 500;

    AuditCommand() {
        super("list, export or verify?");
    }

    static CommandLine with(Surroundings around) {
        return new CommandLine(new AuditCommand())
                .addSubcommand(new Listing(around))
                .addSubcommand(new Export(around))
                .addSubcommand(new Verify(around));
    }

    private interface Each {
        void entry(JsonNode line) throws IOException;
    }

    /** All that the node has, oldest first; the answer is its last page. */
    private static AuditPage all(ControlApi api, Each each) throws InterruptedException {
        String cursor = "0";
        while (true) {
            JsonNode answer = api.get("/audit?order=oldest&limit=" + PAGE + "&cursor=" + cursor);
            AuditPage page = Documents.as(answer, AuditPage.class);
            try {
                for (JsonNode line : answer.path("entries")) {
                    each.entry(line);
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            if (page.next() == null) {
                return page;
            }
            cursor = page.next();
        }
    }

    @Command(name = "list", description = "The newest entries, of all or of those that are asked for.")
    static final class Listing implements Callable<Integer> {
        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Option(
                names = "-n",
                paramLabel = "ENTRIES",
                defaultValue = "20",
                description = "How many, 1 to 500 (default: ${DEFAULT-VALUE}).")
        private int entries = 20;

        @Option(names = "--who", paramLabel = "NAME", description = "Only what this one did.")
        private @Nullable String who;

        @Option(names = "--what", paramLabel = "TEXT", description = "Only where this is part of what was asked for.")
        private @Nullable String what;

        @Option(
                names = "--from",
                paramLabel = "TIME",
                converter = InstantConverter.class,
                description = "Not before this time in UTC, such as 2026-01-31T10:00:00Z.")
        private @Nullable Instant from;

        @Option(
                names = "--to",
                paramLabel = "TIME",
                converter = InstantConverter.class,
                description = "Before this time in UTC.")
        private @Nullable Instant to;

        @Option(names = "--alarm", description = "Only where somebody broke the glass.")
        private boolean alarm;

        @Option(names = "--json", description = "The control plane's answer.")
        private boolean json;

        private final Surroundings around;

        Listing(Surroundings around) {
            this.around = around;
        }

        @Override
        public Integer call() throws InterruptedException {
            var console = new Console(around);
            try (var api = options.connect(around)) {
                JsonNode answer = api.get("/audit?limit=" + entries + (alarm ? "&alarm=true" : "")
                        + (who == null ? "" : "&who=" + ControlApi.encoded(who))
                        + (what == null ? "" : "&what=" + ControlApi.encoded(what))
                        + (from == null ? "" : "&from=" + ControlApi.encoded(from.toString()))
                        + (to == null ? "" : "&to=" + ControlApi.encoded(to.toString())));
                if (json) {
                    console.json(answer);
                    return ExitCode.DONE.number();
                }
                List<AuditEntry> page = Documents.as(answer, AuditPage.class).entries();
                if (page.isEmpty()) {
                    console.line("nothing of that kind");
                    return ExitCode.DONE.number();
                }
                console.table(
                        List.of("No", "At", "Who", "What", "Why", "Outcome"),
                        page.stream().map(Listing::row).toList());
                return ExitCode.DONE.number();
            }
        }

        private static List<String> row(AuditEntry entry) {
            return List.of(
                    "" + entry.number(),
                    entry.at().replaceFirst("\\.\\d+Z$", "Z"),
                    entry.who() + (entry.alarm() ? " (broke the glass)" : ""),
                    shortened(entry.what()),
                    shortened(entry.why()),
                    shortened(entry.outcome()));
        }

        private static String shortened(String text) {
            return text.length() <= 60 ? text : text.substring(0, 57) + "...";
        }
    }

    @Command(name = "export", description = "Writes all entries as JSON lines, oldest first.")
    static final class Export implements Callable<Integer> {
        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Parameters(index = "0", arity = "0..1", paramLabel = "FILE", description = "Else standard output.")
        private @Nullable Path file;

        private final Surroundings around;

        Export(Surroundings around) {
            this.around = around;
        }

        @Override
        public Integer call() throws InterruptedException, IOException {
            try (var api = options.connect(around)) {
                Path to = file;
                if (to == null) {
                    all(api, line -> around.out().println(line));
                    around.out().flush();
                } else {
                    try (var out = new PrintWriter(Files.newBufferedWriter(to, StandardCharsets.UTF_8))) {
                        all(api, line -> out.println(line));
                    }
                }
                return ExitCode.DONE.number();
            }
        }
    }

    @Command(
            name = "verify",
            description = "Checks that no entry was changed, left out or put in between.",
            footer = {
                "",
                "Without --file: what the control plane has. Keep the head that is printed somewhere else: who has it",
                "can tell later that what was before it is still the same."
            },
            exitCodeList = "1:an entry was changed, left out or put in between")
    static final class Verify implements Callable<Integer> {
        private static final ObjectMapper LINES = new ObjectMapper();

        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Option(names = "--file", paramLabel = "FILE", description = "An export, checked without a control plane.")
        private @Nullable Path file;

        @Option(names = "--json", description = "What was found, as JSON.")
        private boolean json;

        @Spec
        private @Nullable CommandSpec spec;

        private final Surroundings around;

        Verify(Surroundings around) {
            this.around = around;
        }

        @Override
        public Integer call() throws InterruptedException {
            var chain = new AuditChain();
            Path from = file;
            if (from != null) {
                read(from, chain);
            } else {
                try (var api = options.connect(around)) {
                    AuditPage last = all(api, line -> chain.add(Documents.as(line, AuditEntry.class)));
                    if (last.head() != null
                            && chain.count() > 0
                            && last.count() == chain.last()
                            && !last.head().equals(chain.head())) {
                        chain.faults().add("the newest entry is not the one that the control plane goes on from");
                    }
                }
            }
            return told(chain);
        }

        private void read(Path from, AuditChain chain) {
            try {
                for (String line : Files.readAllLines(from)) {
                    if (!line.isBlank()) {
                        chain.add(Documents.as(LINES.readTree(line), AuditEntry.class));
                    }
                }
            } catch (JacksonException noLine) {
                throw usage(from + " holds what is no JSON: " + noLine.getOriginalMessage());
            } catch (IOException unreadable) {
                throw usage("cannot read " + from + ": " + unreadable);
            }
        }

        private int told(AuditChain chain) {
            var console = new Console(around);
            boolean holds = chain.faults().isEmpty();
            if (json) {
                var found = JsonNodeFactory.instance.objectNode();
                found.put("holds", holds)
                        .put("entries", chain.count())
                        .put("first", chain.first())
                        .put("last", chain.last())
                        .put("head", chain.head());
                chain.faults().forEach(found.putArray("faults")::add);
                console.json(found);
            } else if (chain.count() == 0) {
                console.line("there are no entries");
            } else {
                chain.faults().forEach(fault -> console.error(console.bad("broken: ") + fault));
                String range = "entries " + chain.first() + " to " + chain.last();
                console.line(
                        holds
                                ? console.good("the chain holds: ") + range + ", head " + chain.head()
                                : range + ", " + chain.faults().size() + " faults");
                if (holds && chain.first() > 1) {
                    console.line("  what was before entry " + chain.first() + " is not in it");
                }
            }
            return holds ? ExitCode.DONE.number() : ExitCode.FAILED.number();
        }

        private CommandLine.ParameterException usage(String message) {
            if (spec == null) {
                throw new IllegalStateException("not run by picocli");
            }
            return new CommandLine.ParameterException(spec.commandLine(), message);
        }
    }
}
