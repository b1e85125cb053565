package io.meridian.drill;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.drill.measure.MarkerJudge;
import io.meridian.drill.measure.Outages;
import io.meridian.drill.measure.Probe;
import io.meridian.drill.report.Report;
import io.meridian.drill.report.Report.Clients;
import io.meridian.drill.report.Report.Outcome;
import io.meridian.drill.report.Report.RunProof;
import io.meridian.drill.report.Report.Verdict;
import io.meridian.drill.scenario.Act;
import io.meridian.drill.scenario.Scenario;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes a report of what was seen, and judges it by the scenario's targets. Asks nobody. */
final class Assembly {
    private static final int WORST = 10;
    private static final int EXAMPLES = 10;

    private final Scenario scenario;
    private final String instance;
    private final String id;
    private final Instant beganAt;
    private final double seconds;

    Assembly(Scenario scenario, String instance, String id, Instant beganAt, double seconds) {
        this.scenario = scenario;
        this.instance = instance;
        this.id = id;
        this.beganAt = beganAt;
        this.seconds = seconds;
    }

    /**
     * @param judged empty: the stores could not be asked
     * @param failover the run as it ended; empty: there was none
     */
    record Seen(
            List<Probe> probes,
            Outages.Absence absence,
            Map<Integer, String> ownersBefore,
            Optional<MarkerJudge.Judged> judged,
            Optional<JsonNode> failover) {}

    Report report(
            Seen seen,
            Outcome ended,
            @Nullable String reason,
            List<Report.Event> events,
            List<Report.Stage> stages,
            List<Report.Lag> lag,
            List<RunProof> runs,
            List<String> acts,
            List<Report.Earlier> earlier) {
        Clients clients = clients(seen);
        List<Verdict> verdicts = verdicts(seen, clients, runs);
        boolean met = verdicts.stream().allMatch(Verdict::met);
        return new Report(
                Report.FORMAT,
                id,
                scenario.name(),
                scenario.explanation(),
                instance,
                scenario.act().about(),
                beganAt.toString(),
                seconds,
                ended == Outcome.PASSED && !met ? Outcome.MISSED : ended,
                reason,
                verdicts,
                clients,
                whole(stages),
                events,
                curve(seen),
                lag,
                runs,
                List.copyOf(acts),
                scenario.text(),
                earlier);
    }

    private Clients clients(Seen seen) {
        List<Probe> living = seen.probes().stream()
                .filter(probe -> !seen.absence().covers(probe))
                .toList();
        List<Probe> atLost =
                seen.probes().stream().filter(seen.absence()::covers).toList();
        List<Outages.Outage> worst = Outages.worst(seen.probes(), seen.absence(), (long) (seconds * 1e9));
        Optional<MarkerJudge.Judged> judged = seen.judged();
        return new Clients(
                (int) seen.probes().stream()
                        .filter(Probe::sampled)
                        .mapToInt(Probe::shard)
                        .distinct()
                        .count(),
                scenario.probe().every().toMillis() / 1000.0,
                living.size(),
                living.stream().filter(probe -> !probe.ok()).count(),
                kinds(living),
                atLost.size(),
                atLost.stream().filter(probe -> !probe.ok()).count(),
                worst.isEmpty() ? 0 : DrillClock.seconds(worst.getFirst().nanos()),
                worst.stream().limit(WORST).map(outage -> outage(outage, seen)).toList(),
                worst.size(),
                longestAnswer(living),
                seen.probes().stream().filter(Probe::ok).count(),
                judged.isPresent(),
                judged.map(found -> (long) found.lost().size()).orElse(null),
                judged.map(found -> (long) found.doubled().size()).orElse(null),
                judged.map(found -> (long) found.orphans().size()).orElse(null),
                judged.map(Assembly::examples).orElse(List.of()));
    }

    private static Report.Outage outage(Outages.Outage outage, Seen seen) {
        return new Report.Outage(
                outage.shard(),
                seen.ownersBefore().getOrDefault(outage.shard(), "nobody"),
                outage.edge(),
                DrillClock.seconds(outage.from()),
                DrillClock.seconds(outage.nanos()),
                outage.over());
    }

    private static List<Report.Kind> kinds(List<Probe> probes) {
        return probes.stream()
                .filter(probe -> !probe.ok())
                .collect(Collectors.groupingBy(Probe::kind, Collectors.counting()))
                .entrySet()
                .stream()
                .map(kind -> new Report.Kind(kind.getKey(), kind.getValue()))
                .sorted(Comparator.comparingLong(Report.Kind::count).reversed().thenComparing(Report.Kind::kind))
                .toList();
    }

    private static @Nullable Double longestAnswer(List<Probe> probes) {
        return probes.stream()
                .filter(Probe::ok)
                .map(probe -> DrillClock.seconds(probe.answered() - probe.sent()))
                .max(Double::compare)
                .orElse(null);
    }

    private static List<String> examples(MarkerJudge.Judged judged) {
        return Stream.concat(
                        judged.lost().stream().map(request -> "lost: " + request),
                        judged.doubled().stream().map(request -> "doubled: " + request))
                .limit(EXAMPLES)
                .toList();
    }

    private static List<Report.Second> curve(Seen seen) {
        Map<Integer, long[]> seconds = new TreeMap<>();
        for (Probe probe : seen.probes()) {
            if (!seen.absence().covers(probe)) {
                long[] counts = seconds.computeIfAbsent((int) DrillClock.seconds(probe.answered()), _ -> new long[2]);
                counts[probe.ok() ? 0 : 1]++;
            }
        }
        return seconds.entrySet().stream()
                .map(second -> new Report.Second(second.getKey(), second.getValue()[0], second.getValue()[1]))
                .toList();
    }

    /** With those that a failover should have and of which nobody told. */
    private List<Report.Stage> whole(List<Report.Stage> stages) {
        if (!(scenario.act() instanceof Act.Lose)) {
            return stages;
        }
        List<Report.Stage> whole = new ArrayList<>(stages);
        for (String name : List.of("detection", "decision", "fence", "catch-up", "activation", "edge convergence")) {
            if (stages.stream().noneMatch(stage -> stage.name().startsWith(name))) {
                whole.add(new Report.Stage(name, null, null, "drill", "nobody told of it"));
            }
        }
        return whole;
    }

    private List<Verdict> verdicts(Seen seen, Clients clients, List<RunProof> runs) {
        List<Verdict> verdicts = new ArrayList<>();
        scenario.targets()
                .rto()
                .ifPresent(rto -> verdicts.add(new Verdict(
                        "rto: longest outage of a shard",
                        "at most " + seconds(rto.toMillis() / 1000.0),
                        clients.requests() == 0 ? null : seconds(clients.longestOutageSeconds()),
                        clients.requests() > 0 && clients.longestOutageSeconds() * 1000 <= rto.toMillis())));
        scenario.targets().rpoRows().ifPresent(most -> {
            Optional<Long> rows = seen.failover()
                    .map(run -> run.path("exposure").path("rows"))
                    .filter(JsonNode::isNumber)
                    .map(JsonNode::asLong);
            verdicts.add(new Verdict(
                    "rpo: rows missing until the region came back",
                    "at most " + most,
                    rows.map(String::valueOf).orElse(null),
                    rows.isPresent() && rows.get() <= most));
        });
        scenario.targets()
                .failedRequests()
                .ifPresent(most -> verdicts.add(new Verdict(
                        "failed requests",
                        "at most " + most,
                        Long.toString(clients.failed()),
                        clients.requests() > 0 && clients.failed() <= most)));
        verdicts.add(none("acknowledged writes lost silently", clients.lost()));
        verdicts.add(none("acknowledged writes doubled", clients.doubled()));
        if (scenario.act() instanceof Act.Evacuate) {
            long proven = runs.stream().filter(RunProof::proven).count();
            verdicts.add(new Verdict(
                    "certificates that prove that nothing was lost",
                    "of every run",
                    proven + " of " + runs.size(),
                    !runs.isEmpty() && proven == runs.size()));
        }
        return verdicts;
    }

    private static Verdict none(String target, @Nullable Long measured) {
        return new Verdict(
                target, "0", measured == null ? null : Long.toString(measured), measured != null && measured == 0);
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.1f s", seconds);
    }
}
