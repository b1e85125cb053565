package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.WaitsException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Who may use the API by a local token. */
@Command(
        name = "tokens",
        description = "Lists, makes and revokes tokens for the API, and says whose one is.",
        synopsisSubcommandLabel = "COMMAND")
final class TokensCommand extends CommandGroup {
    TokensCommand() {
        super("list, show, create, revoke or whoami?");
    }

    static CommandLine with(Surroundings around) {
        return new CommandLine(new TokensCommand())
                .addSubcommand(new Listing(around))
                .addSubcommand(new Show(around))
                .addSubcommand(new Create(around))
                .addSubcommand(new Revoke(around))
                .addSubcommand(new WhoAmI(around));
    }

    static String roles(JsonNode holder) {
        return String.join(
                ", ",
                StreamSupport.stream(holder.path("roles").spliterator(), false)
                        .map(JsonNode::asText)
                        .toList());
    }

    @Command(name = "whoami", description = "Whose the token in use is, and its roles.")
    static final class WhoAmI implements Callable<Integer> {
        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Option(names = "--json", description = "The control plane's answer.")
        private boolean json;

        private final Surroundings around;

        WhoAmI(Surroundings around) {
            this.around = around;
        }

        @Override
        public Integer call() throws InterruptedException {
            var console = new Console(around);
            try (var api = options.connect(around)) {
                JsonNode answer = api.get("/whoami");
                if (json) {
                    console.json(answer);
                } else {
                    console.line(answer.path("name").asText() + ": " + roles(answer));
                }
                return ExitCode.DONE.number();
            }
        }
    }

    private static void print(Console console, List<JsonNode> tokens) {
        console.table(
                List.of("Name", "Roles", "Made by", "Made at", "Expires"),
                tokens.stream()
                        .map(token -> List.of(
                                token.path("name").asText(),
                                roles(token),
                                token.path("createdBy").asText(),
                                token.path("createdAt").asText(),
                                token.path("expires").asText("never")))
                        .toList());
    }

    @Command(name = "list", description = "Names, roles and when they end; a token's text is kept nowhere.")
    static final class Listing implements Callable<Integer> {
        @Mixin
        private final ApiOptions options = new ApiOptions();

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
                JsonNode answer = api.pages("/tokens", "tokens");
                if (json) {
                    console.json(answer);
                } else if (answer.path("tokens").isEmpty()) {
                    console.line("none but those in the nodes' token files");
                } else {
                    print(console, answer.path("tokens").valueStream().toList());
                }
                return ExitCode.DONE.number();
            }
        }
    }

    @Command(name = "show", description = "One token: its roles, who made it, when it ends; not its text.")
    static final class Show extends ShowCommand {
        Show(Surroundings around) {
            super(around, "/tokens/");
        }

        @Override
        void print(Console console, JsonNode token) {
            TokensCommand.print(console, List.of(token));
        }
    }

    @Command(
            name = "create",
            description = "Makes a token and prints it, once: it cannot be shown again.",
            footer = {
                "",
                "The first token with the role approver is made alone; from then on a second person has to approve",
                "another one with approver or breakglass.",
                "Example: ./meridian tokens create --name bob --role operator --days 90"
            })
    static final class Create implements Callable<Integer> {
        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Mixin
        private final ChangeOptions change = new ChangeOptions();

        @Option(names = "--name", paramLabel = "NAME", required = true, description = "Of whoever it is for.")
        private String name = "";

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                required = true,
                split = ",",
                description = "viewer, planner, approver, operator or breakglass; several with commas.")
        private List<String> roles = List.of();

        @Option(names = "--days", paramLabel = "N", description = "How long it is valid. Else until it is revoked.")
        private @Nullable Integer days;

        @Option(names = "--dry-run", description = "Say whether it could be made, make nothing.")
        private boolean dryRun;

        @Option(names = "--json", description = "The control plane's answer.")
        private boolean json;

        private final Surroundings around;

        Create(Surroundings around) {
            this.around = around;
        }

        @Override
        public Integer call() throws InterruptedException {
            var console = new Console(around);
            var body = JsonNodeFactory.instance.objectNode().put("name", name);
            roles.forEach(body.putArray("roles")::add);
            if (days != null) {
                body.put("validForDays", days);
            }
            try (var api = options.connect(around, change)) {
                JsonNode answer = made(api, body);
                String approval = answer.path("approval").asText("");
                if (json) {
                    console.json(answer);
                } else if (dryRun) {
                    console.line("could be made: " + name + " with " + roles(answer) + "; nothing was made");
                } else {
                    console.line(answer.path("token").asText());
                    console.error("the token of " + name + " with " + roles(answer) + "; it is not shown again");
                    if (!approval.isEmpty()) {
                        console.error("  it is not valid before another person approves: ./meridian approvals approve "
                                + approval);
                    }
                }
                return approval.isEmpty() ? ExitCode.DONE.number() : ExitCode.WAITS.number();
            }
        }

        /** One that waits for approval is told now, too: it cannot be told later. */
        private JsonNode made(ControlApi api, JsonNode body) throws InterruptedException {
            try {
                return api.post("/tokens" + (dryRun ? "?dryRun=true" : ""), body);
            } catch (WaitsException waits) {
                return waits.document();
            }
        }
    }

    @Command(name = "revoke", description = "Ends a token, and what its owner asked for and still waits for approval.")
    static final class Revoke implements Callable<Integer> {
        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Mixin
        private final ChangeOptions change = new ChangeOptions();

        @Parameters(index = "0", paramLabel = "NAME", description = "As in ./meridian tokens list.")
        private String name = "";

        @Option(names = "--json", description = "The control plane's answer.")
        private boolean json;

        private final Surroundings around;

        Revoke(Surroundings around) {
            this.around = around;
        }

        @Override
        public Integer call() throws InterruptedException {
            var console = new Console(around);
            try (var api = options.connect(around, change)) {
                JsonNode answer = api.delete("/tokens/" + ControlApi.encoded(name));
                if (json) {
                    console.json(answer);
                } else {
                    console.line("the token of " + name + " is no longer valid");
                }
                return ExitCode.DONE.number();
            }
        }
    }
}
