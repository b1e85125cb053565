package io.meridian.drill;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.RefusedException;
import io.meridian.cli.api.UnreachableException;
import io.meridian.drill.injection.LocalInjector;
import io.meridian.drill.report.Report;
import io.meridian.drill.scenario.Scenario;
import io.meridian.local.LocalInstance;
import io.meridian.local.instance.InstanceLock;
import io.meridian.local.process.StartFailedException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "serve",
        description = "Runs the drills that people ask the control plane for, until it is ended.",
        footer = {
            "",
            "Ctrl-C or a signal ends it; what a drill did is undone before. One that was killed is undone when the next one starts.",
            "Ask for a drill: POST /api/v1/drills {\"scenario\":\"lose-link\"}"
        })
final class ServeCommand implements Callable<Integer> {
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Mixin
    private final InstanceChoice choice = new InstanceChoice();

    private final String runner = Dossier.newRunner();
    private volatile @Nullable Performance performing;
    private String said = "";

    @Override
    public Integer call() throws Exception {
        LocalInstance instance = choice.running();
        try (ControlPlane api = InstanceChoice.controlPlane(instance)) {
            try (InstanceLock lock = InstanceLock.take(instance.layout().name(), "drill serve")) {
                UndoCommand.undo(choice, instance, api);
            }
            ShippedScenarios.register(api, System.out);
            Runtime.getRuntime().addShutdownHook(new Thread(this::end, "end-runner"));
            say("runner " + runner + " waits for drills");
            while (true) {
                look(api);
                Thread.sleep(LOOK);
            }
        }
    }

    private void end() {
        Performance known = performing;
        if (known != null) {
            known.endBefore();
        }
    }

    /** What is in the way now may be gone at the next look. */
    private void look(ControlPlane api) throws Exception {
        try {
            JsonNode newest = api.get("/drills?limit=1").path("drills").path(0);
            if (newest.path("state").asText().equals("WAITING")) {
                claim(newest.path("id").asText());
            }
        } catch (UnreachableException | RefusedException | StartFailedException | RefusedToStartException wait) {
            say(String.valueOf(wait.getMessage()));
        }
    }

    /** Nothing is claimed while another command works on the instance. */
    private void claim(String id) throws Exception {
        LocalInstance instance = choice.running();
        try (InstanceLock lock = InstanceLock.take(instance.layout().name(), "drill serve, for " + id);
                ControlPlane api = InstanceChoice.controlPlane(instance)) {
            Leftovers.tell(choice.drills(), api, System.out, Leftovers.DIED);
            JsonNode claimed = api.tell(
                    "/drills/" + id + "/claim", Runs.body().put("runner", runner), runner + "-claims-" + id, PATIENCE);
            say("claimed " + id + ": " + claimed.path("drill").path("scenario").asText() + " about "
                    + claimed.path("drill").path("about").asText());
            Dossier dossier = Dossier.claimed(choice.drills(), id, runner);
            try (Teller teller = Teller.start(api, dossier)) {
                perform(claimed, instance, api, teller);
            }
        }
        say("runner " + runner + " waits for drills");
    }

    private void perform(JsonNode claimed, LocalInstance instance, ControlPlane api, Teller teller) throws Exception {
        Scenario scenario;
        List<String> obstacles;
        try {
            scenario = scenario(claimed);
            obstacles = RunCommand.obstacles(choice, scenario, instance, api);
        } catch (RefusedToStartException | IOException | UnreachableException | RefusedException unfit) {
            skip(teller, String.valueOf(unfit.getMessage()));
            return;
        }
        if (!obstacles.isEmpty()) {
            skip(teller, String.join("; ", obstacles));
            return;
        }
        var drill = new Drill(
                scenario, instance, api, new LocalInjector(instance), choice.reports(), System.out, teller::line);
        var performance = new Performance(drill, teller, System.out);
        performing = performance;
        try {
            Report report = performance.run(choice.drills());
            say(report.outcome() + (report.reason() == null ? "" : ": " + report.reason()) + "; ./meridian drill report"
                    + choice.flag() + " " + report.id());
        } catch (IOException | java.sql.SQLException failed) {
            say("failed: " + failed.getMessage());
        } finally {
            performing = null;
            drill.told();
        }
    }

    /** With the region that it was asked about. */
    private static Scenario scenario(JsonNode claimed) throws RefusedToStartException {
        String name = claimed.path("drill").path("scenario").asText();
        String about = claimed.path("drill").path("about").asText();
        Scenario written = CatalogueCommands.read(claimed.path("document").asText(), name);
        return written.act().about().equals(about) ? written : RunCommand.about(written, about, name);
    }

    private void skip(Teller teller, String why) throws IOException, InterruptedException {
        say("nothing was done: " + why);
        teller.ended(null, "SKIPPED", "nothing was done: " + why)
                .ifPresent(unheard -> say("the control plane does not know of it: " + unheard));
    }

    private void say(String text) {
        if (!text.equals(said)) {
            System.out.println(" " + text);
            System.out.flush();
            said = text;
        }
    }
}
