package io.meridian.local;

import io.meridian.local.instance.InstanceFile;
import io.meridian.local.instance.Layout;
import io.meridian.local.instance.Preflight;
import io.meridian.local.instance.Secrets;
import io.meridian.local.process.Folders;
import io.meridian.local.process.Program;
import io.meridian.local.process.StartFailedException;
import io.meridian.local.service.Preparation;
import io.meridian.local.service.Programs.Kind;
import io.meridian.local.service.Service;
import io.meridian.local.tls.LocalAuthority;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The steps of {@code up}, from nothing or from wherever an earlier start came to: what runs already is left alone, what is prepared already is
 * found so. When a step fails, what this start has started is stopped again.
 */
final class Startup {
    private final Layout layout;
    private final Options options;
    private final Secrets secrets;
    private final Supervisor supervisor;
    private final Preparation preparation;
    private final PrintStream out;
    private final List<String> startedNow = Collections.synchronizedList(new ArrayList<>());

    Startup(Layout layout, Options options, Secrets secrets, Supervisor supervisor, PrintStream out) {
        this.layout = layout;
        this.options = options;
        this.secrets = secrets;
        this.supervisor = supervisor;
        this.preparation = new Preparation(layout, secrets);
        this.out = out;
    }

    void run() throws IOException, InterruptedException {
        var interrupted = new Thread(
                () -> out.println(
                        "\ninterrupted: ./meridian up goes on from here, ./meridian down stops what was started"),
                "interrupted");
        Runtime.getRuntime().addShutdownHook(interrupted);
        try {
            steps();
            supervisor.state(InstanceFile.State.RUNNING);
        } catch (IOException | RuntimeException failed) {
            undo(failed);
            throw failed;
        } finally {
            Runtime.getRuntime().removeShutdownHook(interrupted);
        }
    }

    private record Step(String name, Progress.Act act) {}

    private void steps() throws IOException, InterruptedException {
        List<Step> steps = planned();
        var progress = new Progress(out, steps.size());
        for (Step step : steps) {
            progress.step(step.name(), step.act());
        }
        out.println(" ready after " + progress.total());
    }

    private List<Step> planned() {
        List<Step> steps = new ArrayList<>();
        steps.add(new Step("Ports, memory, disk", this::checkMachine));
        steps.add(new Step("Certificates, token, topology", this::prepareFiles));
        steps.add(new Step(
                "Links, PostgreSQL" + inRegions(),
                () -> Supervisor.together(with(starts(Kind.POSTGRES), this::startLinks))));
        if (starting(Kind.KAFKA)) {
            steps.add(new Step(
                    "Kafka; ledger's tables, fence",
                    () -> Supervisor.together(with(starts(Kind.KAFKA), this::prepareStores))));
        }
        if (starting(Kind.CONTROL_PLANE)) {
            steps.add(new Step("Control planes", () -> Supervisor.together(starts(Kind.CONTROL_PLANE))));
            steps.add(new Step("Topology declared", () -> preparation.declareTopology(supervisor.file())));
        }
        if (starting(Kind.ROUTER) || starting(Kind.AGENT)) {
            steps.add(new Step("Routers, sync agents", () -> Supervisor.together(starts(Kind.AGENT, Kind.ROUTER))));
        }
        if (starting(Kind.LEDGER) || starting(Kind.ENVOY)) {
            steps.add(new Step("Ledger, Envoy", () -> Supervisor.together(starts(Kind.LEDGER, Kind.ENVOY))));
        }
        if (options.whole()) {
            steps.add(new Step("A request through each edge", () -> preparation.awaitService(supervisor.file())));
        }
        return steps;
    }

    private boolean starting(Kind kind) {
        return options.only().contains(kind);
    }

    private void checkMachine() throws IOException {
        boolean nothingYet = supervisor.file().processes().stream()
                .noneMatch(process -> process.identity().alive());
        Preflight.check(layout, supervisor.file(), nothingYet);
        supervisor.state(InstanceFile.State.STARTING);
    }

    private void startLinks() throws IOException, InterruptedException {
        start(supervisor.programs().links());
    }

    private void prepareStores() throws IOException, InterruptedException {
        if (starting(Kind.AGENT) || starting(Kind.LEDGER)) {
            Supervisor.together(layout.regions().stream()
                    .<Progress.Act>map(region -> () -> prepareStore(region))
                    .toList());
        }
    }

    private static List<Progress.Act> with(List<Progress.Act> acts, Progress.Act another) {
        List<Progress.Act> all = new ArrayList<>(acts);
        all.add(another);
        return all;
    }

    private String inRegions() {
        return " in " + String.join(", ", layout.regions());
    }

    private void prepareFiles() throws IOException {
        var authority = LocalAuthority.create(layout.tls());
        layout.identities().forEach(authority::issue);
        Folders.write(layout.token(), secrets.token() + "\n", "rw-------");
        preparation.writeTopology();
        preparation.writeAddresses(supervisor.file());
    }

    private void prepareStore(String region) throws IOException, InterruptedException {
        preparation.ledgerStore(region);
        supervisor.inJvmTurn(() -> preparation.fence(region));
    }

    private List<Progress.Act> starts(Kind... kinds) {
        List<Progress.Act> acts = new ArrayList<>();
        for (Service service : Service.of(layout)) {
            boolean wanted = List.of(kinds).contains(service.kind()) && starting(service.kind());
            for (String region : wanted ? layout.regions() : List.<String>of()) {
                acts.add(() -> start(supervisor.programs().of(service, region)));
            }
        }
        return acts;
    }

    /** Noted before it starts, because a start that fails half-way has to be undone too. */
    private void start(Program program) throws IOException, InterruptedException {
        startedNow.add(program.name());
        if (!supervisor.start(program)) {
            startedNow.remove(program.name());
        }
    }

    private void undo(Exception failed) throws InterruptedException {
        try {
            if (InstanceFile.read(layout.name()).isEmpty()) {
                return; // nothing was started, and the next start may choose another base
            }
            out.println(" stopping what was started");
            supervisor.stop(List.copyOf(startedNow));
            boolean earlier = supervisor.file().processes().stream()
                    .anyMatch(process -> process.identity().alive());
            supervisor.state(earlier ? InstanceFile.State.STARTING : InstanceFile.State.STOPPED);
        } catch (IOException alsoFailed) {
            failed.addSuppressed(
                    new StartFailedException("and it could not all be stopped: " + alsoFailed.getMessage()));
        }
    }
}
