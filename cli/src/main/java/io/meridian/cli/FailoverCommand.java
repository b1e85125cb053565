package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Exposure;
import io.meridian.cli.api.Run;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Takes a lost region's shards away from it. */
@Command(
        name = "failover",
        description = "Gives a lost region's users to the others, after its lease has ended.",
        footer = {
            "",
            "What the lost region had acknowledged and nobody else has yet is not there until it comes back: then each"
                    + " such write is decided and shown (./meridian orphans). --max-loss bounds it: a failover that could"
                    + " cost more stops before anything is final.",
            "It cannot be taken back: the region returns by itself once it is there again, and the moves back are"
                    + " yours (./meridian reverse).",
            "Example: ./meridian failover --region east --dry-run",
            "         ./meridian failover --region east --max-loss 2s --yes --wait"
        },
        exitCodeList = {
            "1:with --wait: it failed or was rolled back, at least in part, or needs a person",
            "7:not known what became of it, or --timeout passed: ask again with the same --change-key"
        })
final class FailoverCommand implements Callable<Integer> {
    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Mixin
    private final ChangeOptions change = new ChangeOptions();

    /** Not required by the parser: it would demand it of the commands below this one, too. */
    @Option(names = "--region", paramLabel = "REGION", description = "The lost one; there must be one.")
    private String region = "";

    @Option(
            names = "--max-loss",
            paramLabel = "LOSS",
            description = "What may be missing until the region comes back: 500rows, 2s, or both as 500rows|2s.")
    private @Nullable String maxLoss;

    @Option(names = "--to", paramLabel = "REGION", description = "The only one to take over; else those with room.")
    private @Nullable String to;

    @Option(
            names = "--force",
            description = "Although the region is alive; needs --reason and a second person's approval.")
    private boolean force;

    @Option(names = "--yes", description = "Do it; with --max-loss only.")
    private boolean yes;

    @Option(names = "--dry-run", description = "Show what would be lost or late and who takes over; change nothing.")
    private boolean dryRun;

    @Option(names = "--wait", description = "Until it ended; each step is printed as it ends.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "5m",
            converter = PatienceConverter.class,
            description = "How long --wait waits, such as 90s or 5m (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ofMinutes(5);

    @Option(
            names = "--json",
            description = "The run, or the plan, as the control plane tells it; with --wait as it ended.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    private final Surroundings around;

    FailoverCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (region.isEmpty() && spec != null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "which region is lost? --region REGION; or what looks lost: advice");
        }
        boolean unbounded = maxLoss == null || maxLoss.isBlank();
        if (!dryRun && (!yes || unbounded) && spec != null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "a failover is done with --yes and --max-loss; look before: ./meridian failover --region " + region
                            + " --dry-run");
        }
        var console = new Console(around);
        try (var api = options.connect(around, change)) {
            JsonNode answer = api.post("/failovers" + (dryRun ? "?dryRun=true" : ""), document());
            if (!dryRun && wait) {
                return new RunWatch(api, console).follow(answer, timeout, json);
            }
            if (json) {
                console.json(answer);
                return ExitCode.DONE.number();
            }
            Run run = Documents.as(answer, Run.class);
            if (dryRun) {
                new RunReport(console).plan(run);
            } else {
                new RunReport(console).started(run);
            }
            Exposure.of(answer).ifPresent(exposure -> print(console, exposure));
            return ExitCode.DONE.number();
        }
    }

    private ObjectNode document() {
        ObjectNode failover = JsonNodeFactory.instance.objectNode().put("region", region);
        if (maxLoss != null) {
            failover.put("maxLoss", maxLoss);
        }
        if (to != null) {
            failover.put("to", to);
        }
        if (force) {
            failover.put("force", true);
        }
        String why = change.reason(around.environment());
        if (!why.isEmpty()) {
            failover.put("reason", why);
        }
        return failover;
    }

    private void print(Console console, Exposure exposure) {
        console.line("may be missing until " + region + " comes back, as far as is known: " + exposure.inWords());
        if (exposure.lastSeen() != null) {
            console.line("  " + region + " was last heard " + RunReport.clock(exposure.lastSeen())
                    + "; if it lives unheard, it may have written until its lease ended");
        }
    }
}
