package io.meridian.drill;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.drill.scenario.Catalogue;
import io.meridian.drill.scenario.Scenario;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "register",
        description =
                "Lets a scenario of your own be asked for by its name, over the API; with another text it is another version.")
final class RegisterCommand implements Callable<Integer> {
    @Mixin
    private final InstanceChoice choice = new InstanceChoice();

    @Parameters(paramLabel = "FILE", description = "A scenario, which is checked.")
    private String file = "";

    @Override
    public Integer call() throws Exception {
        Scenario scenario = CatalogueCommands.scenario(file);
        if (Catalogue.named(scenario.name()).isPresent()) {
            throw new RefusedToStartException(
                    DrillMain.REFUSED,
                    scenario.name() + " is the name of a scenario that comes with Meridian; give yours another one");
        }
        try (ControlPlane api = InstanceChoice.controlPlane(choice.running())) {
            JsonNode written = ShippedScenarios.register(api, scenario);
            System.out.println(" " + scenario.name() + " is registered, version "
                    + written.path("scenario").path("version").asInt() + ", sha256 "
                    + written.path("scenario").path("sha256").asText());
            return DrillMain.DONE;
        }
    }
}
