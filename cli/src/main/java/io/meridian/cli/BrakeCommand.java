package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meridian.cli.api.ControlApi;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One brake for everything. */
@Command(name = "brake", description = "While it is on no run starts, and no further wave of those under way.")
final class BrakeCommand extends CommandGroup {
    BrakeCommand() {
        super("on, off or show?");
    }

    static CommandLine commandLine(Surroundings around) {
        return new CommandLine(new BrakeCommand())
                .addSubcommand(new On(around))
                .addSubcommand(new Off(around))
                .addSubcommand(new Show(around));
    }

    abstract static class Act implements Callable<Integer> {
        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Option(names = "--json", description = "The control plane's answer.")
        private boolean json;

        private final Surroundings around;

        Act(Surroundings around) {
            this.around = around;
        }

        ControlApi connect() {
            return options.connect(around);
        }

        final ApiOptions options() {
            return options;
        }

        final Surroundings around() {
            return around;
        }

        abstract JsonNode ask(ControlApi api) throws InterruptedException;

        @Override
        public Integer call() throws InterruptedException {
            var console = new Console(around);
            try (var api = connect()) {
                JsonNode answer = ask(api);
                if (json) {
                    console.json(answer);
                } else if (answer.path("on").asBoolean()) {
                    console.line("the brake is on since " + answer.path("since").asText() + ": "
                            + answer.path("reason").asText());
                } else {
                    console.line("the brake is off");
                }
                return ExitCode.DONE.number();
            }
        }
    }

    abstract static class Change extends Act {
        @Mixin
        private final ChangeOptions change = new ChangeOptions();

        Change(Surroundings around) {
            super(around);
        }

        final String reason() {
            return change.reason(around().environment());
        }

        @Override
        final ControlApi connect() {
            return options().connect(around(), change);
        }
    }

    @Command(name = "on", description = "Until it is released nothing starts; what is in the middle ends.")
    static final class On extends Change {
        On(Surroundings around) {
            super(around);
        }

        @Override
        JsonNode ask(ControlApi api) throws InterruptedException {
            String body = JsonNodeFactory.instance
                    .objectNode()
                    .put("reason", reason())
                    .toString();
            return api.put("/brake", "application/json", body.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Command(name = "off", description = "Releases it: runs that wait go on.")
    static final class Off extends Change {
        Off(Surroundings around) {
            super(around);
        }

        @Override
        JsonNode ask(ControlApi api) throws InterruptedException {
            return api.delete("/brake");
        }
    }

    @Command(name = "show", description = "Whether it is on, since when, and why.")
    static final class Show extends Act {
        Show(Surroundings around) {
            super(around);
        }

        @Override
        JsonNode ask(ControlApi api) throws InterruptedException {
            return api.get("/brake");
        }
    }
}
