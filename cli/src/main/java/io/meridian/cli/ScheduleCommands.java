package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meridian.cli.api.ControlApi;
import java.util.ArrayList;
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

/** {@code ./meridian drill schedule}; all other commands of {@code drill} are those of module drills. */
final class ScheduleCommands {
    static final String PATH = "/drills/schedules/";

    private ScheduleCommands() {}

    static CommandLine with(Surroundings around) {
        return new CommandLine(new Drills())
                .addSubcommand(new CommandLine(new Schedules())
                        .addSubcommand(new Listing(around))
                        .addSubcommand(new Show(around))
                        .addSubcommand(new ScheduleSetCommand(around))
                        .addSubcommand(new Remove(around))
                        .addSubcommand(new Enable(around))
                        .addSubcommand(new Disable(around)));
    }

    @Command(
            name = "drill",
            description = "When drills begin by themselves; ./meridian drill --help tells of its other commands.",
            synopsisSubcommandLabel = "COMMAND")
    static final class Drills extends CommandGroup {
        Drills() {
            super("schedule?");
        }
    }

    @Command(
            name = "schedule",
            description = "When drills begin by themselves, and what became of those that were due.",
            synopsisSubcommandLabel = "COMMAND")
    static final class Schedules extends CommandGroup {
        Schedules() {
            super("list, show, set, remove, enable or disable?");
        }
    }

    /** Whatever breaks regions without anybody at hand is declared on purpose, as a drill is run: whoever types it says so. */
    static void demandYes(boolean yes, @Nullable CommandSpec spec) {
        if (!yes && spec != null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "from then on it breaks or empties what runs, by itself: that is done with --yes; set --dry-run"
                            + " tells when");
        }
    }

    @Command(name = "list", description = "When which drill is due, and what became of the last one.")
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
                JsonNode answer = api.get("/drills/schedules");
                if (json) {
                    console.json(answer);
                } else if (answer.path("schedules").isEmpty()) {
                    console.line("no drill is scheduled");
                } else {
                    console.table(
                            List.of("Name", "Scenario", "Cron", "Time zone", "Next", "Last"),
                            answer.path("schedules")
                                    .valueStream()
                                    .map(Listing::row)
                                    .toList());
                }
                return ExitCode.DONE.number();
            }
        }

        private static List<String> row(JsonNode schedule) {
            JsonNode attempt = schedule.path("attempt");
            return List.of(
                    schedule.path("name").asText(),
                    schedule.path("scenario").asText()
                            + (schedule.hasNonNull("region")
                                    ? " about " + schedule.path("region").asText()
                                    : ""),
                    schedule.path("cron").asText(),
                    schedule.path("timeZone").asText(),
                    !schedule.path("enabled").asBoolean()
                            ? "disabled"
                            : attempt.isObject()
                                    ? "now"
                                            + (attempt.hasNonNull("drill")
                                                    ? ", "
                                                            + attempt.path("drill")
                                                                    .asText()
                                                    : "")
                                    : schedule.path("next").isEmpty()
                                            ? "never"
                                            : time(schedule.path("next").path(0)),
                    schedule.path("outcomes").isEmpty()
                            ? "none yet"
                            : outcome(schedule.path("outcomes").path(0)));
        }
    }

    @Command(name = "show", description = "One schedule: what it starts, its next times, its newest outcomes.")
    static final class Show extends ShowCommand {
        Show(Surroundings around) {
            super(around, PATH);
        }

        @Override
        void print(Console console, JsonNode schedule) {
            ScheduleCommands.print(console, schedule);
        }
    }

    static void print(Console console, JsonNode schedule) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of(
                "drill",
                schedule.path("scenario").asText()
                        + (schedule.hasNonNull("region")
                                ? " about " + schedule.path("region").asText()
                                : "")));
        rows.add(List.of(
                "when",
                schedule.path("cron").asText() + "  ("
                        + schedule.path("timeZone").asText() + "), within "
                        + schedule.path("windowMinutes").asText() + " min"));
        if (!schedule.path("blackouts").isEmpty()) {
            rows.add(List.of(
                    "not on",
                    String.join(
                            ", ",
                            schedule.path("blackouts")
                                    .valueStream()
                                    .map(JsonNode::asText)
                                    .toList())));
        }
        if (schedule.hasNonNull("note")) {
            rows.add(List.of("note", schedule.path("note").asText()));
        }
        rows.add(List.of(
                "declared",
                "by " + schedule.path("by").asText() + " at "
                        + schedule.path("changedAt").asText() + ", revision "
                        + schedule.path("revision").asText()));
        rows.add(List.of(
                "so far",
                schedule.path("started").asText() + " started, "
                        + schedule.path("skipped").asText() + " skipped"));
        if (!schedule.path("enabled").asBoolean()) {
            rows.add(List.of("next", "none: it is disabled"));
        }
        schedule.path("next")
                .forEach(due -> rows.add(List.of(
                        "next",
                        time(due)
                                + (due.hasNonNull("blackout")
                                        ? "  skipped: a blackout day, "
                                                + due.path("blackout").asText()
                                        : ""))));
        JsonNode attempt = schedule.path("attempt");
        if (attempt.isObject()) {
            rows.add(List.of(
                    "now",
                    "due " + attempt.path("due").asText() + ", until "
                            + attempt.path("until").asText()
                            + (attempt.hasNonNull("drill")
                                    ? ": " + attempt.path("drill").asText() + " "
                                            + attempt.path("state").asText()
                                    : "")
                            + (attempt.hasNonNull("reason")
                                    ? ": " + attempt.path("reason").asText()
                                    : "")));
        }
        schedule.path("outcomes").forEach(outcome -> rows.add(List.of("was", outcome(outcome))));
        console.table(List.of("Schedule", schedule.path("name").asText()), rows);
    }

    private static String time(JsonNode due) {
        return due.path("local").asText();
    }

    private static String outcome(JsonNode outcome) {
        return outcome.path("due").asText() + "  "
                + (outcome.path("outcome").asText().equals("STARTED")
                        ? outcome.path("drill").asText()
                                + (outcome.hasNonNull("state")
                                        ? " " + outcome.path("state").asText()
                                        : "")
                        : "skipped: " + outcome.path("reason").asText());
    }

    @Command(name = "remove", description = "Takes a schedule away; a drill that it has asked for stays asked for.")
    static final class Remove implements Callable<Integer> {
        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Mixin
        private final ChangeOptions change = new ChangeOptions();

        @Parameters(index = "0", paramLabel = "NAME", description = "As in ./meridian drill schedule list.")
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
                JsonNode answer = api.delete(PATH + ControlApi.encoded(name));
                if (json) {
                    console.json(answer);
                } else {
                    console.line("schedule " + name + " is gone");
                }
                return ExitCode.DONE.number();
            }
        }
    }

    private abstract static class Turn implements Callable<Integer> {
        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Mixin
        private final ChangeOptions change = new ChangeOptions();

        @Parameters(index = "0", paramLabel = "NAME", description = "As in ./meridian drill schedule list.")
        private String name = "";

        @Option(names = "--json", description = "The control plane's answer.")
        private boolean json;

        private final Surroundings around;
        private final String act;

        Turn(Surroundings around, String act) {
            this.around = around;
            this.act = act;
        }

        final Integer turn() throws InterruptedException {
            var console = new Console(around);
            try (var api = options.connect(around, change)) {
                JsonNode answer =
                        api.post(PATH + ControlApi.encoded(name) + "/" + act, JsonNodeFactory.instance.objectNode());
                if (json) {
                    console.json(answer);
                } else {
                    print(console, answer);
                }
                return ExitCode.DONE.number();
            }
        }
    }

    @Command(name = "enable", description = "Lets what is due from now on begin.")
    static final class Enable extends Turn {
        @Option(names = "--yes", description = "Do it: from then on drills begin by themselves.")
        private boolean yes;

        @Spec
        private @Nullable CommandSpec spec;

        Enable(Surroundings around) {
            super(around, "enable");
        }

        @Override
        public Integer call() throws InterruptedException {
            demandYes(yes, spec);
            return turn();
        }
    }

    @Command(name = "disable", description = "Keeps a schedule, and lets nothing of it begin; what has begun goes on.")
    static final class Disable extends Turn {
        Disable(Surroundings around) {
            super(around, "disable");
        }

        @Override
        public Integer call() throws InterruptedException {
            return turn();
        }
    }
}
