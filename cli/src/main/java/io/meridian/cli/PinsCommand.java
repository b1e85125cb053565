package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meridian.cli.api.ControlApi;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Users who go to a zone of their own for a while. */
@Command(
        name = "pins",
        description = "Sends users, or a population of test users, to a zone of their own until a time.",
        synopsisSubcommandLabel = "COMMAND")
final class PinsCommand extends CommandGroup {
    PinsCommand() {
        super("list, show, add or remove?");
    }

    static CommandLine with(Surroundings around) {
        return new CommandLine(new PinsCommand())
                .addSubcommand(new Listing(around))
                .addSubcommand(new Show(around))
                .addSubcommand(new Add(around))
                .addSubcommand(new Remove(around));
    }

    private static String who(JsonNode pin) {
        return pin.hasNonNull("key")
                ? pin.path("key").asText()
                : pin.path("prefix").asText() + "...";
    }

    private static void print(Console console, List<JsonNode> pins) {
        console.table(
                List.of("Name", "Keys", "Zone", "Until", "Holds"),
                pins.stream()
                        .map(pin -> List.of(
                                pin.path("name").asText(),
                                who(pin),
                                pin.path("to").asText(),
                                pin.path("until").asText(),
                                pin.hasNonNull("holds")
                                        ? (pin.path("holds").asBoolean() ? "yes" : "no: another region owns the shard")
                                        : "where that region owns the shard"))
                        .toList());
    }

    @Command(name = "list", description = "Who is pinned where, until when.")
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
                JsonNode answer = api.get("/pins");
                if (json) {
                    console.json(answer);
                } else if (answer.path("pins").isEmpty()) {
                    console.line("nobody is pinned");
                } else {
                    print(console, answer.path("pins").valueStream().toList());
                }
                return ExitCode.DONE.number();
            }
        }
    }

    @Command(name = "show", description = "One pin: whose it is, where to, until when.")
    static final class Show extends ShowCommand {
        Show(Surroundings around) {
            super(around, "/pins/");
        }

        @Override
        void print(Console console, JsonNode pin) {
            PinsCommand.print(console, List.of(pin));
        }
    }

    @Command(
            name = "add",
            description = "Pins a user, or all whose keys begin with something, to a zone.",
            footer = {
                "",
                "Only routing changes: the zone is one of the region that owns their shards. When a shard",
                "goes to another region, its users go with it, and the pin has no effect until it is back.",
                "Examples: ./meridian pins add grey --key alice --to east-2 --for 2h",
                "          ./meridian pins add stress --prefix stress- --to east-2 --until 2027-01-01T00:00:00Z"
            })
    static final class Add implements Callable<Integer> {
        static final class Who {
            @Option(names = "--key", paramLabel = "KEY", required = true, description = "Of one user.")
            private @Nullable String key;

            @Option(names = "--prefix", paramLabel = "TEXT", required = true, description = "What keys begin with.")
            private @Nullable String prefix;
        }

        static final class How {
            @Option(
                    names = "--for",
                    paramLabel = "TIME",
                    required = true,
                    description = "How long, such as 30m, 2h or 7d; 90 days at most.")
            private @Nullable String lasting;

            @Option(
                    names = "--until",
                    paramLabel = "TIME",
                    required = true,
                    description = "In UTC, such as 2027-01-01T00:00:00Z.")
            private @Nullable String until;
        }

        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Mixin
        private final ChangeOptions change = new ChangeOptions();

        @Parameters(index = "0", paramLabel = "NAME", description = "Of the pin.")
        private String name = "";

        @ArgGroup(multiplicity = "1")
        private Who who = new Who();

        @Option(names = "--to", paramLabel = "ZONE", required = true, description = "A zone of their region.")
        private String to = "";

        @ArgGroup(multiplicity = "1")
        private How how = new How();

        @Option(names = "--dry-run", description = "Say whether it could be done, change nothing.")
        private boolean dryRun;

        @Option(names = "--json", description = "The control plane's answer.")
        private boolean json;

        @Spec
        private @Nullable CommandSpec spec;

        private final Surroundings around;

        Add(Surroundings around) {
            this.around = around;
        }

        @Override
        public Integer call() throws InterruptedException {
            var console = new Console(around);
            var body = JsonNodeFactory.instance.objectNode().put("name", name);
            if (who.key != null) {
                body.put("key", who.key);
            } else {
                body.put("prefix", who.prefix);
            }
            body.put("to", to).put("until", until());
            try (var api = options.connect(around, change)) {
                JsonNode pin = api.post("/pins" + (dryRun ? "?dryRun=true" : ""), body);
                if (json) {
                    console.json(pin);
                } else {
                    console.line((dryRun ? "could be pinned: " : "") + who(pin) + " to "
                            + pin.path("to").asText() + " until "
                            + pin.path("until").asText());
                }
                return ExitCode.DONE.number();
            }
        }

        private String until() {
            String text = how.until != null ? how.until : how.lasting != null ? how.lasting : "";
            try {
                return how.until != null
                        ? Instant.parse(text).toString()
                        : Clock.systemUTC()
                                .instant()
                                .plus(lasting(text))
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString();
            } catch (DateTimeParseException | ArithmeticException e) {
                throw new CommandLine.ParameterException(
                        spec == null ? new CommandLine(this) : spec.commandLine(),
                        "'" + text + "' is no "
                                + (how.until != null
                                        ? "time in UTC such as 2027-01-01T00:00:00Z"
                                        : "duration such as 30m, 2h or 7d"));
            }
        }

        private static Duration lasting(String text) {
            String iso = text.toUpperCase(Locale.ROOT);
            return Duration.parse(iso.endsWith("D") ? "P" + iso : "PT" + iso);
        }
    }

    @Command(name = "remove", description = "Takes a pin away: its users go where everybody goes.")
    static final class Remove implements Callable<Integer> {
        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Mixin
        private final ChangeOptions change = new ChangeOptions();

        @Parameters(index = "0", paramLabel = "NAME", description = "As in ./meridian pins list.")
        private String name = "";

        @Option(names = "--json", description = "The control plane's answer.")
        private boolean json;

        private final Surroundings around;

        Remove(Surroundings around) {
            this.around = around;
        }

        @Override
        public Integer call() throws InterruptedException {
            var console = new Console(around);
            try (var api = options.connect(around, change)) {
                JsonNode answer = api.delete("/pins/" + ControlApi.encoded(name));
                if (json) {
                    console.json(answer);
                } else {
                    console.line("pin " + name + " is gone");
                }
                return ExitCode.DONE.number();
            }
        }
    }
}
