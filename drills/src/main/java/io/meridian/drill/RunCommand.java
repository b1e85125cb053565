package io.meridian.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.cli.api.RefusedException;
import io.meridian.drill.injection.Fault;
import io.meridian.drill.injection.Injector;
import io.meridian.drill.injection.Journal;
import io.meridian.drill.injection.LocalInjector;
import io.meridian.drill.injection.ManualInjector;
import io.meridian.drill.report.Report;
import io.meridian.drill.report.Reports;
import io.meridian.drill.scenario.Act;
import io.meridian.drill.scenario.Scenario;
import io.meridian.local.LocalInstance;
import io.meridian.local.instance.InstanceLock;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "run",
        description = "Runs a drill, undoes it, and writes its report.",
        footer = {
            "",
            "Ctrl-C, or ./meridian drill abort elsewhere, ends it early: what was done is undone all the same.",
            "Example: ./meridian drill run lose-region --region west --dry-run",
            "         ./meridian drill run lose-region --region west --yes"
        })
final class RunCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @Mixin
    private final InstanceChoice choice = new InstanceChoice();

    @Parameters(paramLabel = "NAME|FILE", description = "Of the catalogue, or a file.")
    private String named = "";

    @Option(names = "--region", paramLabel = "REGION", description = "Another than the scenario names.")
    private @Nullable String region;

    @Option(names = "--dry-run", description = "Tell what would be done and what stands in the way; do nothing.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Option(names = "--manual", description = "A person at this terminal breaks and mends what the drill names.")
    private boolean manual;

    @Option(names = "--json", description = "The report as JSON on standard output; progress goes to standard error.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Scenario scenario = about(CatalogueCommands.scenario(named));
        LocalInstance instance = choice.running();
        try (ControlPlane api = InstanceChoice.controlPlane(instance)) {
            if (dryRun) {
                return tell(scenario, instance, api);
            }
            confirm(scenario);
            Injector injector = injector(instance);
            try (InstanceLock lock = InstanceLock.take(instance.layout().name(), "drill run " + named)) {
                refuseUnless(obstacles(choice, scenario, instance, api));
                return run(scenario, instance, api, injector, onRecord(scenario, api));
            }
        }
    }

    /** The control plane knows of it before it begins; one that does not answer is told later. */
    private Dossier onRecord(Scenario scenario, ControlPlane api)
            throws IOException, InterruptedException, RefusedToStartException {
        PrintStream out = json ? System.err : System.out;
        Leftovers.tell(choice.drills(), api, out, Leftovers.DIED);
        ShippedScenarios.register(api, out);
        ObjectNode start = Runs.body().put("scenario", scenario.name()).put("document", scenario.text());
        if (region != null) {
            start.put("region", region);
        }
        Dossier dossier = Dossier.beginning(choice.drills(), start);
        try {
            dossier.begin(api, PATIENCE);
            out.println(" on record as " + dossier.record().orElse(""));
        } catch (RuntimeException unheard) {
            if (!ControlPlane.mayPass(unheard)) {
                dossier.forget();
                if (unheard instanceof RefusedException refused) {
                    throw new RefusedToStartException(DrillMain.REFUSED, "nothing was done: " + refused.getMessage());
                }
                throw unheard;
            }
            out.println(" the control plane does not answer; it is told of this drill when it does");
        }
        return dossier;
    }

    private int run(Scenario scenario, LocalInstance instance, ControlPlane api, Injector injector, Dossier dossier)
            throws Exception {
        PrintStream progress = json ? System.err : System.out;
        Reports reports = choice.reports();
        try (Teller teller = Teller.start(api, dossier)) {
            var drill = new Drill(scenario, instance, api, injector, reports, progress, teller::line);
            var performance = new Performance(drill, teller, progress);
            Thread hook = new Thread(performance::endBefore, "abort-drill");
            Runtime.getRuntime().addShutdownHook(hook);
            try {
                Report report = performance.run(choice.drills());
                if (json) {
                    System.out.print(Reports.render(report, Reports.Format.JSON));
                    System.out.flush();
                }
                conclude(report, reports, progress);
                return report.outcome() == Report.Outcome.PASSED ? DrillMain.DONE : DrillMain.FAILED;
            } finally {
                forget(hook);
                drill.told();
            }
        }
    }

    static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // the hook waits until the end is told
        }
    }

    private void conclude(Report report, Reports reports, PrintStream out) {
        out.println();
        for (Report.Verdict verdict : report.verdicts()) {
            out.println(" " + (verdict.met() ? "met     " : "NOT MET ") + verdict.target() + ": "
                    + (verdict.measured() == null ? "not measured" : verdict.measured()) + " (" + verdict.wanted()
                    + ")");
        }
        out.println();
        out.println(" " + report.outcome() + (report.reason() == null ? "" : ": " + report.reason()));
        out.println(" report  " + reports.file(report.id(), Reports.Format.HTML));
        out.println(" also    ./meridian drill report" + choice.flag() + " " + report.id() + " --format md");
        out.flush();
    }

    private Scenario about(Scenario scenario) throws RefusedToStartException {
        return region == null ? scenario : about(scenario, region, named);
    }

    /** @param named how whoever reads this calls the scenario */
    static Scenario about(Scenario scenario, String region, String named) throws RefusedToStartException {
        return scenario.about(
                switch (scenario.act()) {
                    case Act.Lose lose -> new Act.Lose(region, lose.how(), lose.maxLoss());
                    case Act.Evacuate _ -> new Act.Evacuate(region);
                    case Act.Link link ->
                        throw new RefusedToStartException(
                                DrillMain.USAGE,
                                "--region is for scenarios about one region, and " + scenario.name()
                                        + " is about the link "
                                        + link.about() + "; for another: ./meridian drill show " + named
                                        + " > FILE, change it, and run the file");
                });
    }

    private void confirm(Scenario scenario) throws RefusedToStartException {
        if (yes) {
            return;
        }
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            throw new RefusedToStartException(
                    DrillMain.USAGE, "this breaks or empties what runs: say --yes, or look before: --dry-run");
        }
        String wanted =
                scenario.act() instanceof Act.Link ? "yes" : scenario.act().about();
        steps(scenario.act()).forEach(step -> console.printf("  %s%n", step));
        String said = console.readLine("This is done now. Type %s to go on: ", wanted);
        if (!wanted.equals(said)) {
            throw new RefusedToStartException(DrillMain.REFUSED, "nothing was done");
        }
    }

    private Injector injector(LocalInstance instance) throws RefusedToStartException {
        return manual ? new ManualInjector(terminal()) : new LocalInjector(instance);
    }

    static ManualInjector.Terminal terminal() throws RefusedToStartException {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            throw new RefusedToStartException(
                    DrillMain.USAGE, "a manual drill asks a person, and there is no terminal here");
        }
        return text -> {
            if (console.readLine("%n  >> %s; then press Enter ", text) == null) {
                throw new IOException("nobody is at the terminal any more; asked was: " + text);
            }
        };
    }

    static List<String> obstacles(InstanceChoice choice, Scenario scenario, LocalInstance instance, ControlPlane api)
            throws IOException, InterruptedException {
        Optional<Journal> open = choice.openJournal();
        if (open.isPresent()) {
            return List.of("drill " + open.get().header().drill() + " was not undone; undo it: ./meridian drill undo"
                    + choice.flag());
        }
        return Preflight.check(instance, api, scenario.act());
    }

    private static void refuseUnless(List<String> obstacles) throws RefusedToStartException {
        if (!obstacles.isEmpty()) {
            throw new RefusedToStartException(
                    DrillMain.REFUSED, "nothing was done:\n  " + String.join("\n  ", obstacles));
        }
    }

    private int tell(Scenario scenario, LocalInstance instance, ControlPlane api)
            throws IOException, InterruptedException {
        List<String> obstacles = obstacles(choice, scenario, instance, api);
        Optional<JsonNode> plan = obstacles.isEmpty() && scenario.act() instanceof Act.Evacuate(String name)
                ? Optional.of(api.post("/evacuations?dryRun=true", evacuation(name)))
                : Optional.empty();
        if (json) {
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("scenario", scenario.name());
            told.put("about", scenario.act().about());
            told.put("steps", steps(scenario.act()));
            told.put("obstacles", obstacles);
            told.put("plan", plan.orElse(null));
            CatalogueCommands.print(told);
        } else {
            System.out.println(scenario.name() + " about " + scenario.act().about() + " would:");
            steps(scenario.act()).forEach(step -> System.out.println("  - " + step));
            plan.ifPresent(RunCommand::print);
            obstacles.forEach(obstacle -> System.out.println("  in the way: " + obstacle));
        }
        return obstacles.isEmpty() ? DrillMain.DONE : DrillMain.REFUSED;
    }

    private static ObjectNode evacuation(String name) {
        ObjectNode body = Runs.body();
        body.putArray("regions").add(name);
        return body;
    }

    private static void print(JsonNode plan) {
        plan.path("moves")
                .forEach(move -> System.out.println("    shards "
                        + move.path("shards").asText() + ": "
                        + move.path("from").asText() + " -> " + move.path("to").asText()));
        plan.path("gates").forEach(gate -> {
            if (!gate.path("state").asText().equals("OPEN")) {
                System.out.println("    gate " + gate.path("name").asText() + ": "
                        + gate.path("says").asText());
            }
        });
    }

    static List<String> steps(Act act) {
        List<String> steps =
                new ArrayList<>(Drill.faults(act).stream().map(Fault::doing).toList());
        switch (act) {
            case Act.Lose(String lost, Act.How _, String maxLoss) -> {
                steps.add("wait until the control plane misses " + lost);
                steps.add("ask for a failover of " + lost + " with at most " + maxLoss
                        + " to lose, and wait for its end");
            }
            case Act.Evacuate(String emptied) -> steps.add("evacuate " + emptied + ", and wait for the end");
            case Act.Link _ -> steps.add("measure how far copies fall behind");
        }
        Drill.faults(act).reversed().forEach(fault -> steps.add(fault.undoing()));
        switch (act) {
            case Act.Lose(String lost, Act.How _, String _) ->
                steps.add("wait until " + lost + " has come back, and move its users back");
            case Act.Evacuate(String emptied) -> steps.add("move " + emptied + "'s users back");
            case Act.Link _ -> steps.add("wait until the copies have caught up");
        }
        return steps;
    }
}
