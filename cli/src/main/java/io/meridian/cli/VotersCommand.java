package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Voters;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The control plane's own nodes. */
@Command(name = "voters", description = "Shows the control plane's nodes and how far each is; changes who votes.")
final class VotersCommand implements Callable<Integer> {
    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Option(names = "--json", description = "The control plane's answer.")
    private boolean json;

    private final Surroundings around;

    private VotersCommand(Surroundings around) {
        this.around = around;
    }

    static CommandLine commandLine(Surroundings around) {
        return new CommandLine(new VotersCommand(around))
                .addSubcommand(new Add(around))
                .addSubcommand(new Remove(around))
                .addSubcommand(new Replace(around))
                .addSubcommand(new Lead(around))
                .addSubcommand(new RaiseLogic(around));
    }

    @Override
    public Integer call() throws InterruptedException {
        try (var api = options.connect(around)) {
            print(new Console(around), api.get("/control-plane"), json);
            return ExitCode.DONE.number();
        }
    }

    private static void print(Console console, JsonNode answer, boolean json) {
        if (json) {
            console.json(answer);
            return;
        }
        Voters shown = Documents.as(answer, Voters.class);
        List<List<String>> rows = shown.voters().stream()
                .map(voter -> List.of(
                        voter.id(),
                        voter.address(),
                        voter.answers() ? or(voter.role()).toLowerCase(Locale.ROOT) : "(silent)",
                        or(voter.state()).toLowerCase(Locale.ROOT),
                        or(voter.term()),
                        or(voter.applied()),
                        or(voter.snapshot()),
                        or(voter.lag()),
                        or(voter.supports())))
                .toList();
        console.table(
                List.of("VOTER", "ADDRESS", "ROLE", "STATE", "TERM", "APPLIED", "SNAPSHOT", "LAG", "LOGIC"), rows);
        console.line("leader " + or(shown.leader()) + ", logic version " + shown.logicVersion() + ", told by "
                + shown.node() + " (" + shown.state().toLowerCase(Locale.ROOT) + ")");
    }

    private static String or(@Nullable Object value) {
        return value == null ? "-" : value.toString();
    }

    /** What all changes have in common. */
    private abstract static class Change implements Callable<Integer> {
        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Mixin
        private final ChangeOptions change = new ChangeOptions();

        @Option(names = "--dry-run", description = "Say what it would come to, and change nothing.")
        private boolean dryRun;

        @Option(names = "--json", description = "The control plane's answer.")
        private boolean json;

        private final Surroundings around;

        Change(Surroundings around) {
            this.around = around;
        }

        abstract JsonNode ask(ControlApi api, String query) throws InterruptedException;

        void show(Console console, JsonNode answer, boolean asJson) {
            print(console, answer, asJson);
        }

        @Override
        public Integer call() throws InterruptedException {
            var console = new Console(around);
            try (var api = options.connect(around, change)) {
                JsonNode answer = ask(api, dryRun ? "?dryRun=true" : "");
                if (dryRun && !json && answer.has("change")) {
                    Voters.Preview preview = Documents.as(answer, Voters.Preview.class);
                    console.line("would " + preview.change()
                            + (preview.voters().isEmpty()
                                    ? ""
                                    : "; voters then: " + String.join(", ", preview.voters())));
                } else {
                    show(console, answer, json);
                }
                return ExitCode.DONE.number();
            }
        }
    }

    @Command(name = "add", description = "Lets a node vote that was started with meridian.raft.join=true.")
    private static final class Add extends Change {
        @Parameters(index = "0", paramLabel = "ID=HOST:PORT", description = "Such as east-2=10.0.1.5:21012.")
        private String voter = "";

        Add(Surroundings around) {
            super(around);
        }

        @Override
        JsonNode ask(ControlApi api, String query) throws InterruptedException {
            return api.postPatiently("/control-plane/voters" + query, named(voter));
        }
    }

    @Command(name = "remove", description = "Lets a node vote no more.")
    private static final class Remove extends Change {
        @Parameters(index = "0", paramLabel = "ID", description = "Such as east.")
        private String id = "";

        Remove(Surroundings around) {
            super(around);
        }

        @Override
        JsonNode ask(ControlApi api, String query) throws InterruptedException {
            return api.delete("/control-plane/voters/" + ControlApi.encoded(id) + query);
        }
    }

    @Command(
            name = "replace",
            description = {
                "Puts a node in the place of another, in one step.",
                "This is how a node comes back that lost its disk: start it with an empty one, with an id that was"
                        + " never used (meridian.raft.node=east-2) and meridian.raft.join=true, then: voters replace east"
                        + " east-2=HOST:PORT"
            })
    private static final class Replace extends Change {
        @Parameters(index = "0", paramLabel = "OLD", description = "Such as east.")
        private String old = "";

        @Parameters(index = "1", paramLabel = "ID=HOST:PORT", description = "Such as east-2=10.0.1.5:21012.")
        private String voter = "";

        Replace(Surroundings around) {
            super(around);
        }

        @Override
        JsonNode ask(ControlApi api, String query) throws InterruptedException {
            return api.postPatiently(
                    "/control-plane/voters" + query, named(voter).put("replaces", old));
        }
    }

    @Command(name = "lead", description = "Lets a voter lead.")
    private static final class Lead extends Change {
        @Parameters(index = "0", paramLabel = "ID", description = "Such as west.")
        private String id = "";

        Lead(Surroundings around) {
            super(around);
        }

        @Override
        JsonNode ask(ControlApi api, String query) throws InterruptedException {
            return api.postPatiently(
                    "/control-plane/leader" + query,
                    JsonNodeFactory.instance.objectNode().put("id", id));
        }
    }

    @Command(
            name = "raise-logic",
            description = "Switches the rules of a newer release on, once every voter runs it. Never back.")
    private static final class RaiseLogic extends Change {
        @Parameters(
                index = "0",
                paramLabel = "VERSION",
                description = "Column LOGIC of ./meridian voters tells who knows which.")
        private int version;

        RaiseLogic(Surroundings around) {
            super(around);
        }

        @Override
        JsonNode ask(ControlApi api, String query) throws InterruptedException {
            return api.postPatiently(
                    "/control-plane/logic-version" + query,
                    JsonNodeFactory.instance.objectNode().put("version", version));
        }

        @Override
        void show(Console console, JsonNode answer, boolean asJson) {
            if (asJson) {
                console.json(answer);
            } else {
                Documents.as(answer, Voters.Raised.class).changes().forEach(console::line);
            }
        }
    }

    private static ObjectNode named(String voter) {
        int sign = voter.indexOf('=');
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", sign < 0 ? voter : voter.substring(0, sign))
                .put("address", sign < 0 ? "" : voter.substring(sign + 1));
    }
}
