package io.meridian.drill;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.RefusedException;
import io.meridian.cli.api.UnreachableException;
import io.meridian.drill.injection.Fault;
import io.meridian.drill.injection.Injector;
import io.meridian.drill.injection.Journal;
import io.meridian.drill.measure.EdgeProber;
import io.meridian.drill.measure.GuardRules;
import io.meridian.drill.measure.MarkerJudge;
import io.meridian.drill.measure.Markers;
import io.meridian.drill.measure.Outages;
import io.meridian.drill.measure.UserKeys;
import io.meridian.drill.report.Report;
import io.meridian.drill.report.Report.Outcome;
import io.meridian.drill.report.Reports;
import io.meridian.drill.scenario.Act;
import io.meridian.drill.scenario.Scenario;
import io.meridian.local.LocalInstance;
import io.meridian.local.Patience;
import io.meridian.local.process.ProcessIdentity;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One drill from its first probe to its report: regions whole, probes, the act, what follows from it on the path of a real switch, everything undone,
 * judged. Whatever ends it before its time, a guard, a person or an outage, is followed by the same undoing and a report.
 */
final class Drill {
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration COOL_DOWN = Duration.ofSeconds(5);
    private static final Duration DETECTION_LIMIT = Patience.of(Duration.ofMinutes(2));
    private static final Duration CATCH_UP_LIMIT = Patience.of(Duration.ofMinutes(5));
    private static final Duration TELLING = Duration.ofSeconds(5);
    /** A heartbeat comes once a second, so a copy that is behind less than that has everything. */
    private static final Duration CAUGHT_UP = Duration.ofSeconds(2);

    private static final DateTimeFormatter ID = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    private final Scenario scenario;
    private final LocalInstance instance;
    private final ControlPlane api;
    private final Injector injector;
    private final Reports reports;
    private final DrillClock clock = new DrillClock();
    private final Diary diary;
    private final Runs runs;
    private final String id;
    private final List<String> acts = new ArrayList<>();
    private final Map<Integer, String> ownersBefore = new HashMap<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile @Nullable Brakes brakes;
    private Outages.Absence absence = Outages.Absence.NONE;
    private @Nullable JsonNode failover;

    Drill(
            Scenario scenario,
            LocalInstance instance,
            ControlPlane api,
            Injector injector,
            Reports reports,
            PrintStream out,
            Consumer<String> told) {
        this.scenario = scenario;
        this.instance = instance;
        this.api = api;
        this.injector = injector;
        this.reports = reports;
        this.diary = new Diary(clock, out, told);
        this.runs = new Runs(api, diary);
        this.id = ID.format(clock.beganAt().atOffset(ZoneOffset.UTC)) + "-" + scenario.name();
    }

    /** Asked for by another thread, which waits until it is undone and told. @return false: nothing has been done yet, and nothing was waited for */
    boolean endBefore(String reason) throws InterruptedException {
        if (!abort(reason)) {
            return false;
        }
        over.await();
        return true;
    }

    /** By another thread, as often as it likes. @return whether there is anything to undo */
    boolean abort(String reason) {
        Brakes known = brakes;
        if (known != null) {
            known.abort(reason);
        }
        return known != null;
    }

    /** In this machine's files. */
    String id() {
        return id;
    }

    /** What ended it before its time. */
    private record Ending(Outcome outcome, @Nullable String reason) {
        static final Ending BY_ITSELF = new Ending(Outcome.PASSED, null);
    }

    /** @param journals folder in which the open journal lies @throws IOException the probes cannot begin; nothing was done yet */
    Report run(java.nio.file.Path journals) throws IOException, SQLException, InterruptedException {
        var markers = new Markers(instance);
        List<EdgeProber.Edge> edges = instance.file().regions().stream()
                .map(region -> new EdgeProber.Edge(region.name(), URI.create(region.edge())))
                .toList();
        ownersBefore.putAll(owners());
        String prefix = "d" + id.replaceAll("[^0-9]", "") + "-";
        String[] keys = UserKeys.of(ownersBefore.size());
        Set<String> open = markers.usersWithAccounts();
        try (var prober = new EdgeProber(
                        edges,
                        keys,
                        Sample.of(ownersBefore, affected(), scenario.probe().sample()),
                        scenario.probe(),
                        prefix,
                        clock::nanos);
                LagWatch lag = LagWatch.start(api, clock)) {
            diary.passing("opening accounts of " + (keys.length - open.size())
                    + " users: one in every shard, as far as they are not open");
            prober.openAccounts(open);
            var guarded =
                    new Brakes(() -> GuardRules.exceeded(scenario.guards(), prober.recent(), lag.worst(this::guarded)));
            Journal journal = Journal.begin(
                    journals,
                    new Journal.Header(
                            id, scenario.name(), injector.kind(), ProcessIdentity.of(ProcessHandle.current())));
            brakes = guarded;
            Thread telling = tell(prober);
            try {
                Ending ending = perform(prober, guarded, journal);
                guarded.off();
                ending = undo(prober, lag, journal, ending);
                if (journal.open().isEmpty()) {
                    journal.close(reports.folder(id)); // whatever happens now, nothing is to be undone
                }
                Thread.sleep(COOL_DOWN);
                telling.interrupt();
                telling.join();
                diary.event("waiting for the last answers");
                prober.stop();
                double seconds = clock.second();
                Report report = assemble(prober, lag, markers, prefix, ending, seconds);
                reports.write(report);
                return report;
            } finally {
                telling.interrupt();
            }
        }
    }

    /** Its end has been told: a process that was asked to end may. */
    void told() {
        over.countDown();
    }

    /** By shard. */
    private Map<Integer, String> owners() throws InterruptedException {
        Map<Integer, String> owners = new HashMap<>();
        for (JsonNode shard : api.get("/shards").path("shards")) {
            owners.put(shard.path("shard").asInt(), shard.path("region").asText());
        }
        return owners;
    }

    private Set<String> affected() {
        return switch (scenario.act()) {
            case Act.Lose lose -> Set.of(lose.region());
            case Act.Evacuate evacuate -> Set.of(evacuate.region());
            case Act.Link link -> Set.of(link.from(), link.to());
        };
    }

    private boolean guarded(Report.Lag lag) {
        return !(scenario.act() instanceof Act.Lose lose)
                || (!lag.source().equals(lose.region()) && !lag.target().equals(lose.region()));
    }

    private Thread tell(EdgeProber prober) {
        return Thread.ofPlatform().name("tell").start(() -> {
            try {
                while (true) {
                    Thread.sleep(TELLING);
                    EdgeProber.Recent recent = prober.recent();
                    diary.passing("last 10 s: " + recent.ok() + " requests answered, " + recent.failed() + " failed; "
                            + recent.unserved() + " of " + recent.sample() + " sampled shards unserved");
                }
            } catch (InterruptedException enough) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private Ending perform(EdgeProber prober, Brakes guarded, Journal journal) throws InterruptedException {
        try {
            clock.begin();
            prober.start();
            diary.event("probing; in " + WARM_UP.toSeconds() + " s it begins");
            guarded.pass(WARM_UP);
            switch (scenario.act()) {
                case Act.Lose lose -> lose(lose, prober, guarded, journal);
                case Act.Evacuate evacuate -> evacuate(evacuate, guarded, journal);
                case Act.Link link -> trouble(link, guarded, journal);
            }
            return Ending.BY_ITSELF;
        } catch (AbortedException stopped) {
            diary.event("aborted: " + stopped.getMessage());
            return new Ending(Outcome.ABORTED, String.valueOf(stopped.getMessage()));
        } catch (DrillFailedException | IOException | RuntimeException failed) { // whatever it is, all is undone
            diary.event("failed: " + words(failed));
            return new Ending(Outcome.FAILED, words(failed));
        }
    }

    private static String words(Exception failed) {
        return failed instanceof DrillFailedException || failed instanceof RefusedException
                ? String.valueOf(failed.getMessage())
                : failed.getClass().getSimpleName() + ": " + failed.getMessage();
    }

    private void lose(Act.Lose lose, EdgeProber prober, Brakes guarded, Journal journal)
            throws AbortedException, DrillFailedException, IOException, InterruptedException {
        String region = lose.region();
        double gone = clock.second();
        absence = new Outages.Absence(region, clock.nanos(), Long.MAX_VALUE);
        api.lost(region);
        switch (lose.how()) {
            case KILL -> {
                prober.dead(region);
                inject(journal, new Fault.RegionKilled(region));
            }
            case CUT_OFF -> {
                prober.lost(region);
                inject(journal, new Fault.RegionCutOff(region));
            }
        }

        guarded.await(
                region + " to be missed",
                DETECTION_LIMIT,
                () -> api.get("/regions"),
                regions -> Undo.isMissed(Undo.region(regions, region)));
        diary.stage("detection", gone, "until the control plane showed no agent of " + region + " as connected");
        diary.event("the control plane misses " + region);

        double missed = clock.second();
        int entry = journal.switches("FAILOVER", region, Instant.now());
        JsonNode asked = guarded.await(
                "the failover to be accepted",
                DETECTION_LIMIT,
                () -> askFailover(region, lose.maxLoss()),
                run -> run.hasNonNull("id"));
        String run = asked.path("id").asText();
        journal.isRun(entry, run);
        runs.knows(run);
        diary.stage("decision", missed, "asked for at once, until it was accepted");
        diary.event("failover " + run + " of " + region + " is accepted, at most " + lose.maxLoss() + " may be lost");
        follow(run, living(region), guarded, true);
        diary.event("the others have taken over; " + region + " stays lost for "
                + scenario.duration().toSeconds() + " s");
        guarded.pass(scenario.duration());
    }

    private JsonNode askFailover(String region, String maxLoss) throws InterruptedException {
        try {
            return api.post("/failovers", Runs.body().put("region", region).put("maxLoss", maxLoss));
        } catch (RefusedException refused) {
            if (ControlPlane.is(refused, "region-alive")) {
                return refused.document(); // its lease or its session is not over yet: an operator would ask again
            }
            throw refused;
        }
    }

    private void evacuate(Act.Evacuate evacuate, Brakes guarded, Journal journal)
            throws AbortedException, DrillFailedException, IOException, InterruptedException {
        String region = evacuate.region();
        int entry = journal.switches("EVACUATION", region, Instant.now());
        acts.add("evacuate " + region);
        double from = clock.second();
        var body = Runs.body();
        body.putArray("regions").add(region);
        String run = api.post("/evacuations", body).path("id").asText();
        journal.isRun(entry, run);
        runs.knows(run);
        diary.event("evacuation " + run + " of " + region + " has begun");
        follow(run, instance.regions(), guarded, false);
        diary.stage("evacuation", from, run + ", from asking to its proofs");
        diary.event(region + " is empty and stays so for " + scenario.duration().toSeconds() + " s");
        guarded.pass(scenario.duration());
    }

    private void follow(String run, List<String> regions, Brakes guarded, boolean failsOver)
            throws AbortedException, DrillFailedException, InterruptedException {
        JsonNode ended = runs.follow(run, guarded, new Convergence(api, clock, regions));
        if (failsOver) {
            failover = ended;
        }
        runs.stages(ended, "");
        if (!ended.path("state").asText().equals("DONE")) {
            throw new DrillFailedException(run + " ended " + ended.path("state").asText() + ": "
                    + ended.path("problem").asText());
        }
    }

    private void trouble(Act.Link link, Brakes guarded, Journal journal)
            throws AbortedException, IOException, InterruptedException {
        double from = clock.second();
        for (Fault fault : faults(link)) {
            inject(journal, fault);
        }
        diary.event("it stays so for " + scenario.duration().toSeconds() + " s");
        guarded.pass(scenario.duration());
        diary.stage("link in trouble", from, "until it was undone");
    }

    static List<Fault> faults(Act act) {
        return switch (act) {
            case Act.Lose(String region, Act.How how, String _) ->
                List.of(
                        switch (how) {
                            case KILL -> new Fault.RegionKilled(region);
                            case CUT_OFF -> new Fault.RegionCutOff(region);
                        });
            case Act.Evacuate _ -> List.of();
            case Act.Link link -> {
                List<Fault> faults = new ArrayList<>(List.of(fault(link.from(), link.to(), link.trouble())));
                if (link.bothWays()) {
                    faults.add(fault(link.to(), link.from(), link.trouble()));
                }
                yield faults;
            }
        };
    }

    private static Fault fault(String from, String to, Act.Trouble trouble) {
        return switch (trouble) {
            case Act.Trouble.Down() -> new Fault.LinkDown(from, to);
            case Act.Trouble.Slow(Duration by) -> new Fault.LinkSlow(from, to, by.toMillis());
        };
    }

    private void inject(Journal journal, Fault fault) throws IOException, InterruptedException {
        int entry = journal.breaks(fault);
        acts.add(fault.doing());
        injector.inject(entry, fault);
        diary.event("done: " + fault.doing());
    }

    private List<String> living(String lost) {
        return instance.regions().stream()
                .filter(region -> !region.equals(lost))
                .toList();
    }

    private Ending undo(EdgeProber prober, LagWatch lag, Journal journal, Ending ending) throws InterruptedException {
        try {
            new Undo(api, injector, journal, diary, runs).all(() -> {
                if (!absence.edge().isEmpty()) {
                    absence = new Outages.Absence(absence.edge(), absence.from(), clock.nanos());
                }
                api.allLive();
                prober.allLive();
            });
            if (scenario.act() instanceof Act.Link link) {
                awaitCaughtUp(link, lag);
            }
            return ending;
        } catch (DrillFailedException | IOException | RuntimeException failed) {
            String before = ending.reason() == null ? "" : ending.reason() + "; then ";
            diary.event("failed: " + words(failed));
            return new Ending(
                    Outcome.FAILED,
                    before
                            + words(failed)
                            + (journal.open().isEmpty() ? "" : "; not everything is undone: ./meridian drill undo"));
        }
    }

    private void awaitCaughtUp(Act.Link link, LagWatch lag) throws DrillFailedException, InterruptedException {
        double from = clock.second();
        long end = System.nanoTime() + CATCH_UP_LIMIT.toNanos();
        while (true) {
            List<Report.Lag> its = lag.newest().stream()
                    .filter(point -> isOf(link, point) && point.second() > from)
                    .toList();
            if (!its.isEmpty()
                    && its.stream()
                            .allMatch(point -> point.millis() != null && point.millis() <= CAUGHT_UP.toMillis())) {
                diary.stage(
                        "catch-up",
                        from,
                        "until both copies were at most " + CAUGHT_UP.toSeconds() + " s behind; looked at each second");
                diary.event("the copies have caught up");
                return;
            }
            if (System.nanoTime() - end > 0) {
                diary.notMeasured("catch-up", from, "it lasts longer than " + CATCH_UP_LIMIT.toSeconds() + " s");
                throw new DrillFailedException("the copies of " + link.about() + " do not catch up; newest: " + its);
            }
            Thread.sleep(100);
        }
    }

    private static boolean isOf(Act.Link link, Report.Lag lag) {
        return (lag.source().equals(link.from()) && lag.target().equals(link.to()))
                || (lag.source().equals(link.to()) && lag.target().equals(link.from()));
    }

    private Report assemble(
            EdgeProber prober, LagWatch lag, Markers markers, String prefix, Ending ending, double seconds)
            throws IOException, InterruptedException {
        Optional<MarkerJudge.Judged> judged = judge(prober, markers, prefix);
        List<Report.RunProof> proofs = new Proofs(api, reports.folder(id)).of(runs.known());
        List<Report.Lag> seen = lag.seen().stream()
                .filter(point -> !(scenario.act() instanceof Act.Link link) || isOf(link, point))
                .toList();
        return new Assembly(scenario, instance.layout().name(), id, clock.beganAt(), seconds)
                .report(
                        new Assembly.Seen(
                                prober.answered(), absence, ownersBefore, judged, Optional.ofNullable(failover)),
                        ending.outcome(),
                        ending.reason(),
                        diary.events(),
                        diary.stages(),
                        seen,
                        proofs,
                        acts,
                        reports.earlier(scenario.name(), scenario.act().about()));
    }

    private Optional<MarkerJudge.Judged> judge(EdgeProber prober, Markers markers, String prefix)
            throws InterruptedException {
        try {
            return Optional.of(MarkerJudge.judge(
                    prober.answered(),
                    new MarkerJudge.Stores(owners(), markers.made(prefix), markers.orphans(prefix))));
        } catch (SQLException | RefusedException | UnreachableException away) {
            diary.event("not judged: " + away.getMessage());
            return Optional.empty();
        }
    }
}
