package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.RefusedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A new schedule, or another one under its name: the API takes a whole one, so what is not said is taken from the one that there is. */
@Command(
        name = "set",
        description = "Makes a schedule, or changes what is said of one; what is not said stays as it is.",
        footer = {
            "",
            "What is due and meets something in its way (a run, the brake, another drill, a region that is",
            "not whole) is tried again until its window ends, then skipped for that reason. A drill needs a",
            "runner: ./meridian drill serve.",
            "Examples: ./meridian drill schedule set weekly --scenario lose-region --region west \\",
            "            --cron '0 3 * * MON' --time-zone Europe/Berlin --window 1h \\",
            "            --blackout 2026-12-21/2027-01-06 --dry-run",
            "          ./meridian drill schedule set weekly --note 'agreed with payments' --yes",
            "          ./meridian drill schedule set weekly --blackout= --yes   (no blackout days any more)"
        })
final class ScheduleSetCommand implements Callable<Integer> {
    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Mixin
    private final ChangeOptions change = new ChangeOptions();

    @Parameters(index = "0", paramLabel = "NAME", description = "Of the schedule.")
    private String name = "";

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            description = "A registered one: ./meridian drill list and ./meridian drill register.")
    private @Nullable String scenario;

    @Option(
            names = "--region",
            paramLabel = "REGION",
            description = "Another than the scenario names; empty: as it is written.")
    private @Nullable String region;

    @Option(
            names = "--cron",
            paramLabel = "CRON",
            description =
                    "Minute, hour, day of the month, month, day of the week: '0 3 * * MON'. Once an hour at most.")
    private @Nullable String cron;

    @Option(
            names = "--time-zone",
            paramLabel = "ZONE",
            description = "Of the tz database, such as Europe/Berlin. Of a new one else UTC.")
    private @Nullable String timeZone;

    @Option(
            names = "--window",
            paramLabel = "TIME",
            converter = PatienceConverter.class,
            description = "For how long one that was due may still begin, in whole minutes, such as 30m or 2h; 12h at"
                    + " most. Of a new one else 30m.")
    private @Nullable Duration window;

    @Option(
            names = "--blackout",
            paramLabel = "DAYS",
            split = ",",
            description = "Days there on which none begins: 2026-12-24, or 2026-12-24/2026-12-26, both in it. Several:"
                    + " with commas, or again. Those said replace all that there are; empty: none.")
    private @Nullable List<String> blackouts;

    @Option(names = "--note", paramLabel = "TEXT", description = "For whoever looks later; empty: none.")
    private @Nullable String note;

    @Option(names = "--disabled", description = "A new one: keep it, let nothing begin. Else: enable, disable.")
    private boolean disabled;

    @Option(names = "--dry-run", description = "Say when drills would be due, change nothing.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Do it: from then on drills begin by themselves.")
    private boolean yes;

    @Option(names = "--json", description = "The control plane's answer.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    private final Surroundings around;

    ScheduleSetCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        var console = new Console(around);
        try (var api = options.connect(around, change)) {
            Optional<JsonNode> before = before(api);
            ObjectNode wanted = wanted(before);
            if (wanted.path("enabled").asBoolean()) {
                ScheduleCommands.demandYes(yes || dryRun, spec);
            }
            // What somebody else has changed meanwhile is not overwritten with what it was.
            api.onlyAt(
                    before.map(known -> OptionalLong.of(known.path("revision").asLong()))
                            .orElse(OptionalLong.empty()));
            JsonNode answer = api.put(
                    ScheduleCommands.PATH + ControlApi.encoded(name) + (dryRun ? "?dryRun=true" : ""),
                    "application/json",
                    wanted.toString().getBytes(StandardCharsets.UTF_8));
            if (json) {
                console.json(answer);
            } else {
                if (dryRun) {
                    console.line("nothing was changed; it would be:");
                }
                ScheduleCommands.print(console, answer);
            }
            return ExitCode.DONE.number();
        }
    }

    private Optional<JsonNode> before(ControlApi api) throws InterruptedException {
        try {
            return Optional.of(api.get(ScheduleCommands.PATH + ControlApi.encoded(name)));
        } catch (RefusedException refused) {
            if (String.valueOf(refused.problem().type()).endsWith(":unknown-schedule")) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    private ObjectNode wanted(Optional<JsonNode> before) {
        ObjectNode wanted = JsonNodeFactory.instance.objectNode();
        before.ifPresent(known -> Stream.of(
                        "scenario", "region", "cron", "timeZone", "windowMinutes", "blackouts", "enabled", "note")
                .filter(known::hasNonNull)
                .forEach(member -> wanted.set(member, known.path(member))));
        if (before.isPresent() && disabled) {
            throw usage("schedule " + name + " is there: ./meridian drill schedule disable " + name);
        }
        if (before.isEmpty()) {
            if (scenario == null || cron == null) {
                throw usage("there is no schedule '" + name + "' yet; a new one takes --scenario and --cron");
            }
            wanted.put("enabled", !disabled);
        }
        put(wanted, "scenario", scenario);
        put(wanted, "region", region);
        put(wanted, "cron", cron);
        put(wanted, "timeZone", timeZone);
        put(wanted, "note", note);
        if (window != null) {
            if (!window.equals(Duration.ofMinutes(window.toMinutes()))) {
                throw usage("--window is whole minutes, such as 30m or 2h");
            }
            wanted.put("windowMinutes", window.toMinutes());
        }
        if (blackouts != null) {
            ArrayNode days = wanted.putArray("blackouts");
            blackouts.stream().map(String::strip).filter(day -> !day.isEmpty()).forEach(days::add);
        }
        return wanted;
    }

    private static void put(ObjectNode wanted, String member, @Nullable String said) {
        if (said != null && said.isBlank()) {
            wanted.remove(member);
        } else if (said != null) {
            wanted.put(member, said);
        }
    }

    private CommandLine.ParameterException usage(String message) {
        return new CommandLine.ParameterException(spec == null ? new CommandLine(this) : spec.commandLine(), message);
    }
}
