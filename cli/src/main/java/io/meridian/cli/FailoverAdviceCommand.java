package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Exposure;
import io.meridian.cli.api.Run;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the control plane sees by itself, and that a person has seen it. */
abstract class FailoverAdviceCommand implements Callable<Integer> {
    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Option(names = "--json", description = "The control plane's answer.")
    private boolean json;

    private final Surroundings around;

    FailoverAdviceCommand(Surroundings around) {
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
            } else {
                print(console, answer);
            }
            return ExitCode.DONE.number();
        }
    }

    private static void print(Console console, JsonNode answer) {
        JsonNode tripped = answer.path("tripped");
        if (tripped.isObject()) {
            console.line(
                    "automatic failover has tripped at " + tripped.path("since").asText() + ": "
                            + tripped.path("why").asText());
            console.line("  none is started by itself until: ./meridian failover acknowledge");
        }
        if (answer.path("regions").isEmpty()) {
            console.line("no region looks lost");
        }
        answer.path("regions")
                .forEach(region -> print(console, region, region.path("region").asText()));
    }

    private static void print(Console console, JsonNode region, String name) {
        console.line(
                "region " + name + " looks lost since " + region.path("since").asText() + ", its policy is "
                        + region.path("policy").asText());
        region.path("seen")
                .forEach(sight -> console.line("  " + sight.path("says").asText()));
        Exposure.of(region)
                .ifPresent(exposure -> console.line(
                        "  may be missing until it comes back, as far as is known: " + exposure.inWords()));
        region.path("holds")
                .forEach(hold ->
                        console.line("  not by itself: " + hold.path("says").asText()));
        if (region.path("plan").isObject()) {
            new RunReport(console).plan(Documents.as(region.path("plan"), Run.class));
            String bound = region.path("maxLoss").asText("");
            console.line("to do it: ./meridian failover --region " + name + " --max-loss "
                    + (bound.isEmpty() || bound.equals("null") ? "LOSS" : "'" + bound + "'") + " --yes --wait");
        }
    }

    @Command(
            name = "advice",
            description = "Which regions look lost, from where, since when, what would be done, and what holds it.")
    static final class Show extends FailoverAdviceCommand {
        Show(Surroundings around) {
            super(around);
        }

        @Override
        JsonNode ask(ControlApi api) throws InterruptedException {
            return api.get("/failover-advice");
        }
    }

    @Command(
            name = "acknowledge",
            description = "You have looked at why automatic failover tripped: it may start failovers by itself again.")
    static final class Acknowledge extends FailoverAdviceCommand {
        @Mixin
        private final ChangeOptions change = new ChangeOptions();

        Acknowledge(Surroundings around) {
            super(around);
        }

        @Override
        ControlApi connect() {
            return options().connect(around(), change);
        }

        @Override
        JsonNode ask(ControlApi api) throws InterruptedException {
            return api.post("/failover-advice/acknowledge", JsonNodeFactory.instance.objectNode());
        }
    }
}
