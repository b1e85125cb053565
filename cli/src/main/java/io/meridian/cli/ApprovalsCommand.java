package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meridian.cli.api.ControlApi;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What waits for a second person. */
@Command(
        name = "approvals",
        description = "Shows what waits for a second person, approves or rejects it.",
        synopsisSubcommandLabel = "COMMAND")
final class ApprovalsCommand extends CommandGroup {
    ApprovalsCommand() {
        super("list, show, approve or reject?");
    }

    static CommandLine with(Surroundings around) {
        return new CommandLine(new ApprovalsCommand())
                .addSubcommand(new Listing(around))
                .addSubcommand(new Show(around))
                .addSubcommand(new Approve(around))
                .addSubcommand(new Reject(around));
    }

    @Command(name = "list", description = "What waits, or with --all also what was decided.")
    static final class Listing implements Callable<Integer> {
        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Option(names = "--all", description = "Also what was approved, rejected, or expired.")
        private boolean all;

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
                JsonNode answer = api.pages("/approvals", all ? "" : "waiting=true", "approvals");
                if (json) {
                    console.json(answer);
                } else if (answer.path("approvals").isEmpty()) {
                    console.line(all ? "nothing ever waited" : "nothing waits");
                } else {
                    List<List<String>> rows = new ArrayList<>();
                    for (JsonNode approval : answer.path("approvals")) {
                        rows.add(List.of(
                                approval.path("id").asText(),
                                approval.path("state").asText(),
                                approval.path("askedBy").asText(),
                                approval.path("what").asText(),
                                approval.path("reason").asText(),
                                approval.path("expires").asText()));
                    }
                    console.table(List.of("Id", "State", "Asked by", "What", "Why", "Expires"), rows);
                }
                return ExitCode.DONE.number();
            }
        }
    }

    @Command(name = "show", description = "One of them: what it is, who asked for it and why, and what became of it.")
    static final class Show extends ShowCommand {
        Show(Surroundings around) {
            super(around, "/approvals/");
        }

        @Override
        void print(Console console, JsonNode approval) {
            console.line(approval.path("id").asText() + " is "
                    + approval.path("state").asText() + ": "
                    + approval.path("what").asText());
            console.line("  asked for by " + approval.path("askedBy").asText() + at(approval, "askedAt") + ": "
                    + approval.path("reason").asText());
            if (approval.hasNonNull("endedBy")) {
                console.line("  ended by " + approval.path("endedBy").asText() + at(approval, "endedAt")
                        + behind(approval, "note") + made(approval));
            } else {
                console.line("  good until " + approval.path("expires").asText());
            }
        }

        private static String at(JsonNode approval, String member) {
            return approval.hasNonNull(member) ? " at " + approval.path(member).asText() : "";
        }

        private static String behind(JsonNode approval, String member) {
            String text = approval.path(member).asText("");
            return text.isEmpty() ? "" : ": " + text;
        }

        private static String made(JsonNode approval) {
            String subject = approval.path("subject").asText("");
            return subject.isEmpty() ? "" : " (" + subject + ")";
        }
    }

    /** What ends one. */
    abstract static class Ending implements Callable<Integer> {
        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Mixin
        private final ChangeOptions change = new ChangeOptions();

        @Parameters(index = "0", paramLabel = "ID", description = "Such as ap-1.")
        private String id = "";

        @Option(names = "--json", description = "The control plane's answer.")
        private boolean json;

        private final Surroundings around;
        private final String verb;

        Ending(Surroundings around, String verb) {
            this.around = around;
            this.verb = verb;
        }

        @Override
        public final Integer call() throws InterruptedException {
            var console = new Console(around);
            try (var api = options.connect(around, change)) {
                JsonNode answer = api.post(
                        "/approvals/" + ControlApi.encoded(id) + "/" + verb, JsonNodeFactory.instance.objectNode());
                if (json) {
                    console.json(answer);
                } else {
                    String made = answer.path("subject").asText("");
                    console.line(id + " is " + answer.path("state").asText() + ": "
                            + answer.path("what").asText() + (made.isEmpty() ? "" : " (" + made + ")"));
                }
                return ExitCode.DONE.number();
            }
        }
    }

    @Command(name = "approve", description = "Does what another person asked for, now.")
    static final class Approve extends Ending {
        Approve(Surroundings around) {
            super(around, "approve");
        }
    }

    @Command(name = "reject", description = "Ends what was asked for, undone. Whoever asked can take it back so.")
    static final class Reject extends Ending {
        Reject(Surroundings around) {
            super(around, "reject");
        }
    }
}
