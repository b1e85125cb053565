package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A region's database is gone for good. */
@Command(
        name = "begin-anew",
        description = "Gives up a region's database that is gone for good; an empty one may follow it.",
        footer = {
            "",
            "The region must own nothing any more: fail it over first. What its database held and nobody else has is lost by this; it"
                    + " takes two persons and a reason.",
            "Then: stop its agent, give it an empty database (agent install --apply), start it, and ./meridian region"
                    + " bootstrap REGION.",
            "Its log is read to its end by the others all the same. When its Kafka is gone for good too, say --log-lost, now or"
                    + " later.",
            "Example: ./meridian region begin-anew east --dry-run",
            "         ./meridian region begin-anew east --reason 'its disks burnt' --yes"
        })
final class BeginAnewCommand implements Callable<Integer> {
    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Mixin
    private final ChangeOptions change = new ChangeOptions();

    @Parameters(index = "0", paramLabel = "REGION", description = "As the topology names it.")
    private String region = "";

    @Option(names = "--group", paramLabel = "GROUP", description = "The store group, when there are several.")
    private @Nullable String group;

    @Option(names = "--log-lost", description = "What is left of its log is not waited for, either: its Kafka is gone.")
    private boolean logLost;

    @Option(names = "--dry-run", description = "Only says whether it would be done.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Really.")
    private boolean yes;

    @Option(names = "--json", description = "The control plane's answer.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    private final Surroundings around;

    BeginAnewCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (!dryRun && !yes && spec != null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "what " + region
                            + "'s database held and nobody else has is lost by this: it is done with --yes; look before, with --dry-run");
        }
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("logLost", logLost);
        if (group != null) {
            document.put("group", group);
        }
        var console = new Console(around);
        try (var api = options.connect(around, change)) {
            JsonNode answer = api.post("/regions/" + region + "/begin-anew" + (dryRun ? "?dryRun=true" : ""), document);
            if (json) {
                console.json(answer);
            } else {
                console.line((dryRun ? "would be in life " : "is in life ")
                        + answer.path("life").asInt() + " from now on: region "
                        + region + ", store group " + answer.path("group").asText()
                        + (dryRun ? "; nothing was changed" : ""));
                console.line(
                        answer.path("logLost").asBoolean()
                                ? "what is left of its log is not waited for"
                                : "what is left of its log is waited for; when its Kafka is gone too, say --log-lost");
            }
            return ExitCode.DONE.number();
        }
    }
}
