package io.meridian.drill;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "readiness",
        description = "How well the newest drills have shown that each region bears what scenarios do to it, 0 to 100.")
final class ReadinessCommand implements Callable<Integer> {
    @Mixin
    private final InstanceChoice choice = new InstanceChoice();

    @Option(names = "--json", description = "As the control plane answers.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        try (ControlPlane api = InstanceChoice.controlPlane(choice.running())) {
            JsonNode readiness = api.get("/readiness");
            if (json) {
                CatalogueCommands.print(readiness);
            } else {
                print(readiness);
            }
            return DrillMain.DONE;
        }
    }

    private void print(JsonNode readiness) {
        for (JsonNode region : readiness.path("regions")) {
            JsonNode score = region.path("score");
            System.out.println(region.path("region").asText() + "  " + (score.isNull() ? "not known" : score.asText()));
            if (region.path("scenarios").isEmpty()) {
                System.out.println("    no scenario is registered that is about it; ./meridian drill serve"
                        + choice.flag() + " registers those that come with Meridian");
            }
            for (JsonNode scenario : region.path("scenarios")) {
                System.out.printf(
                        Locale.ROOT,
                        "  %4d  %-18s %s%n",
                        scenario.path("score").asInt(),
                        scenario.path("scenario").asText(),
                        scenario.path("why").asText());
            }
        }
        System.out.println(
                "a pass counts whole for " + readiness.path("wholeDays").asText() + " days and nothing from "
                        + readiness.path("goneDays").asText() + " days on");
    }
}
