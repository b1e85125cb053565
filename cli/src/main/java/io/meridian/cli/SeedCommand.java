package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Region;
import io.meridian.cli.api.Seeding;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Copies made anew from the shards' owners. */
abstract class SeedCommand implements Callable<Integer> {
    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Mixin
    private final ChangeOptions change = new ChangeOptions();

    @Option(names = "--dry-run", description = "Show what would be copied; change nothing.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Do it: what the region has of these shards is thrown away first.")
    private boolean yes;

    @Option(names = "--wait", description = "Until it ended; on a terminal with rows, rate and estimate.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "60m",
            converter = PatienceConverter.class,
            description = "How long --wait waits (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ofMinutes(60);

    @Option(names = "--json", description = "The control plane's answer; with --wait as it ended.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    private final Surroundings around;

    SeedCommand(Surroundings around) {
        this.around = around;
    }

    abstract String region();

    abstract @Nullable String shards();

    /** Whether {@code --yes} may be left out. */
    abstract boolean nothingToLose(ControlApi api) throws InterruptedException;

    @Override
    public Integer call() throws InterruptedException {
        var console = new Console(around);
        try (var api = options.connect(around, change)) {
            if (!dryRun && !yes && !nothingToLose(api) && spec != null) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(),
                        "what " + region()
                                + " has of these shards is thrown away and copied anew: that is done with --yes; look"
                                + " before, with --dry-run");
            }
            JsonNode answer = api.post("/seedings" + (dryRun ? "?dryRun=true" : ""), document());
            if (!dryRun && wait) {
                return new SeedingWatch(api, console).follow(answer, timeout, json);
            }
            Seeding seeding = Documents.as(answer, Seeding.class);
            if (json) {
                console.json(answer);
            } else if (dryRun) {
                console.line(seeding.shards() + " shards would be copied to " + seeding.region()
                        + " from their owners, while they are written: " + seeding.left());
                console.line("what it has of them is thrown away first; nothing was changed");
            } else {
                console.line(SeedingWatch.line(seeding) + ". Watch it: ./meridian seedings show " + seeding.id());
            }
            return ExitCode.DONE.number();
        }
    }

    private ObjectNode document() {
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("region", region());
        if (shards() != null) {
            document.put("shards", shards());
        }
        String why = change.reason(around.environment());
        if (!why.isEmpty()) {
            document.put("why", why);
        }
        return document;
    }

    @Command(
            name = "seed",
            description = "Lets a region get shards anew from their owners, while they are written.",
            footer = {
                "",
                "For a copy that cannot be gone on with: a record that nobody has any more, a database that was wiped,"
                        + " a shard that was stopped.",
                "For rows that differ here and there, ./meridian repair is cheaper.",
                "Example: ./meridian seed --region west --shards 1-5 --dry-run",
                "         ./meridian seed --region west --shards 1-5 --yes --wait"
            },
            exitCodeList = {
                "1:with --wait: not all copies are whole",
                "7:not known what became of it, or --timeout passed: ask again with the same --change-key"
            })
    static final class Seed extends SeedCommand {
        @Option(names = "--region", paramLabel = "REGION", required = true, description = "The one that gets them.")
        private String region = "";

        @Option(
                names = "--shards",
                paramLabel = "SHARDS",
                description = "Such as 1-5,17; else all that it does not own.")
        private @Nullable String shards;

        Seed(Surroundings around) {
            super(around);
        }

        @Override
        String region() {
            return region;
        }

        @Override
        @Nullable
        String shards() {
            return shards;
        }

        @Override
        boolean nothingToLose(ControlApi api) {
            return false;
        }
    }

    /** What is done to a region as a whole. */
    @Command(
            name = "region",
            description = "Makes a region ready to own shards: one that came later, or whose database is gone.")
    static final class OfRegion extends CommandGroup {
        OfRegion() {
            super("bootstrap or begin-anew?");
        }
    }

    static CommandLine ofRegion(Surroundings around) {
        return new CommandLine(new OfRegion())
                .addSubcommand(new Bootstrap(around))
                .addSubcommand(new BeginAnewCommand(around));
    }

    @Command(
            name = "bootstrap",
            description = "Copies all shards to a region that does not own them, so that it may own some.",
            footer = {
                "",
                "A region that is declared beside others that have their shards already owns nothing before this is"
                        + " DONE.",
                "Of a region that is not new it takes --yes: what it has is thrown away first.",
                "Example: ./meridian region bootstrap north --wait"
            },
            exitCodeList = {
                "1:with --wait: not all copies are whole",
                "7:not known what became of it, or --timeout passed: ask again with the same --change-key"
            })
    static final class Bootstrap extends SeedCommand {
        @Parameters(index = "0", paramLabel = "REGION", description = "As the topology names it.")
        private String region = "";

        Bootstrap(Surroundings around) {
            super(around);
        }

        @Override
        String region() {
            return region;
        }

        @Override
        @Nullable
        String shards() {
            return null;
        }

        /** Of one that there is not, it is the control plane that says so. */
        @Override
        boolean nothingToLose(ControlApi api) throws InterruptedException {
            return Documents.listOf(api.get("/regions"), Region[].class).stream()
                    .filter(known -> known.name().equals(region))
                    .allMatch(Region::unseeded);
        }
    }
}
