package io.meridian.control.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.meridian.control.failover.Exposure;
import io.meridian.control.failover.Failover;
import io.meridian.control.switching.Certificate;
import io.meridian.control.switching.Gate;
import io.meridian.control.switching.Plan;
import io.meridian.control.switching.Proof;
import io.meridian.control.switching.Run;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardSet;
import io.meridian.topology.ZoneId;
import io.meridian.topology.ownership.Base;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A run as the API shows it.
 *
 * @param to null when the shards go to several zones: each of {@code moves} says where
 * @param notes on the plan as a whole
 * @param paused no further wave starts until it is resumed
 * @param forced gates that somebody answers for
 * @param exposure of a failover: what would be lost as known now in a dry run, what was left behind once survivors have answered
 * @param attempt of a failover: how many times survivors were asked
 * @param gates all of them, as they are now; while the run has not begun its present wave, and in a dry run
 */
record RunJson(
        @Nullable String id,
        String kind,
        String state,
        String shards,
        @Nullable String to,
        String planHash,
        int wave,
        int waves,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        List<StepJson> steps,
        @Nullable String problem,
        List<MoveJson> moves,
        List<String> notes,
        int moved,
        int rolledBack,
        int untouched,
        @Nullable CertificateJson certificate,
        boolean paused,
        List<String> forced,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<GateJson> gates,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ExposureJson exposure,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer attempt) {

    /** @param millis null while the step lasts */
    record StepJson(
            String name,
            int wave,
            Instant started,
            @Nullable Long millis,
            String note) {
        static StepJson of(Run.Step step) {
            // Two nodes' clocks may disagree a little; no step took less than nothing.
            Long millis = step.ended()
                    .map(end -> Math.max(
                            0, java.time.Duration.between(step.started(), end).toMillis()))
                    .orElse(null);
            return new StepJson(step.name().name(), step.wave(), step.started(), millis, step.note());
        }
    }

    record MoveJson(String shards, String from, String to, String reason) {}

    record CertificateJson(
            String run, String planHash, String verdict, List<String> reasons, List<CertifiedShardJson> shards) {
        static CertificateJson of(Run run, Certificate certificate) {
            return new CertificateJson(
                    run.id(),
                    run.plan().hash(),
                    certificate.verdict().name(),
                    certificate.reasons(),
                    certificate.proofs().stream().map(CertifiedShardJson::of).toList());
        }
    }

    /** @param closedAt position of the CLOSE in the old owner's store */
    record CertifiedShardJson(
            int shard,
            String from,
            String to,
            long closedEpoch,
            long openedEpoch,
            @Nullable String closedAt,
            @Nullable String openedAt,
            @Nullable Long rowsBefore,
            @Nullable String hashBefore,
            @Nullable Long rowsAfter,
            @Nullable String hashAfter,
            boolean equal) {
        static CertifiedShardJson of(Proof proof) {
            Optional<Proof.HashTaken> before = proof.before().filter(Proof.HashTaken::taken);
            Optional<Proof.HashTaken> after = proof.after().filter(Proof.HashTaken::taken);
            return new CertifiedShardJson(
                    proof.shard().number(),
                    proof.from().name(),
                    proof.to().name(),
                    proof.closed().number(),
                    proof.opened().number(),
                    proof.close()
                            .map(base ->
                                    base instanceof Base.At at && at.epoch().equals(proof.closed())
                                            ? at.position().toString()
                                            : null)
                            .orElse(null),
                    proof.openedAt().map(Object::toString).orElse(null),
                    before.map(Proof.HashTaken::rows).orElse(null),
                    before.map(Proof.HashTaken::hash).orElse(null),
                    after.map(Proof.HashTaken::rows).orElse(null),
                    after.map(Proof.HashTaken::hash).orElse(null),
                    proof.equal());
        }
    }

    static RunJson of(Run run) {
        Plan plan = run.plan();
        return new RunJson(
                run.id(),
                plan.purpose().verb().name(),
                run.state().name().name(),
                ShardSet.write(plan.moves().map(Plan.ShardMove::shard).toList()),
                plan.to().map(ZoneId::name).orElse(null),
                plan.hash(),
                run.wave(),
                plan.waves().size(),
                run.startedAt(),
                run.endedAt().orElse(null),
                run.steps().stream().map(StepJson::of).toList(),
                run.problem().orElse(null),
                moves(plan),
                plan.purpose().notes(),
                run.counts().moved(),
                run.counts().rolledBack(),
                run.untouched(),
                run.certificate()
                        .map(certificate -> CertificateJson.of(run, certificate))
                        .orElse(null),
                run.handling().paused(),
                run.handling().forced().stream().map(Gate.Name::text).toList(),
                null,
                run.failover().flatMap(Failover::exposure).map(ExposureJson::of).orElse(null),
                run.failover().map(Failover::attempt).orElse(null));
    }

    /** While it waits for its gates they are shown. */
    RunJson with(List<Gate> now, Run run) {
        return copy(steps, problem, certificate, GateJson.of(now, run));
    }

    /** In a list: a certificate's shards are for who asks for the one run. */
    RunJson brief() {
        CertificateJson verdictOnly = certificate == null
                ? null
                : new CertificateJson(
                        certificate.run(),
                        certificate.planHash(),
                        certificate.verdict(),
                        certificate.reasons(),
                        List.of());
        return copy(steps, problem, verdictOnly, gates);
    }

    private RunJson copy(
            List<StepJson> nextSteps,
            @Nullable String nextProblem,
            @Nullable CertificateJson nextCertificate,
            @Nullable List<GateJson> nextGates) {
        return new RunJson(
                id,
                kind,
                state,
                shards,
                to,
                planHash,
                wave,
                waves,
                startedAt,
                endedAt,
                nextSteps,
                nextProblem,
                moves,
                notes,
                moved,
                rolledBack,
                untouched,
                nextCertificate,
                paused,
                forced,
                nextGates,
                exposure,
                attempt);
    }

    /** Of a failover that was not started: it looks at no gates. */
    static RunJson unstarted(Run run, Exposure exposure) {
        RunJson plan = plan(run, List.of());
        return new RunJson(
                plan.id,
                plan.kind,
                plan.state,
                plan.shards,
                plan.to,
                plan.planHash,
                plan.wave,
                plan.waves,
                plan.startedAt,
                plan.endedAt,
                plan.steps,
                plan.problem,
                plan.moves,
                plan.notes,
                plan.moved,
                plan.rolledBack,
                plan.untouched,
                plan.certificate,
                plan.paused,
                plan.forced,
                plan.gates,
                ExposureJson.of(exposure),
                0);
    }

    /** Of a run that was not started. */
    static RunJson plan(Run run, List<Gate> now) {
        Plan plan = run.plan();
        List<GateJson> gates = GateJson.of(now, run);
        String waits =
                gates.stream().filter(GateJson::inTheWay).map(GateJson::says).collect(Collectors.joining("; "));
        return new RunJson(
                null,
                plan.purpose().verb().name(),
                "PLANNED",
                ShardSet.write(plan.moves().map(Plan.ShardMove::shard).toList()),
                plan.to().map(ZoneId::name).orElse(null),
                plan.hash(),
                1,
                plan.waves().size(),
                null,
                null,
                List.of(),
                waits.isEmpty() ? null : "would wait: " + waits,
                moves(plan),
                plan.purpose().notes(),
                0,
                0,
                plan.shardCount(),
                null,
                run.handling().paused(),
                List.of(),
                gates,
                null,
                null);
    }

    private static List<MoveJson> moves(Plan plan) {
        if (!plan.purpose().whys().isEmpty()) {
            return plan.purpose().whys().stream()
                    .map(why -> new MoveJson(
                            why.shards(), why.from().name(), why.to().name(), why.sentence()))
                    .toList();
        }
        return plan.waves().stream()
                .map(Plan.Wave::kind)
                .distinct()
                .flatMap(kind -> moves(plan, kind))
                .toList();
    }

    private static Stream<MoveJson> moves(Plan plan, Plan.Wave.Kind kind) {
        var byWay = new TreeMap<Way, TreeSet<ShardId>>();
        plan.waves().stream()
                .filter(wave -> wave.kind() == kind)
                .flatMap(wave -> wave.moves().stream())
                .forEach(move -> byWay.computeIfAbsent(
                                new Way(move.from(), plan.target(move).zone()), _ -> new TreeSet<>())
                        .add(move.shard()));
        String reason = switch (kind) {
            case OWNERSHIP ->
                plan.purpose().verb() == Plan.Verb.FAILOVER
                        ? "its region is lost"
                        : "to another region: held, fenced, caught up";
            case PLACEMENT -> "inside the region: routing only";
        };
        return byWay.entrySet().stream()
                .map(way -> new MoveJson(
                        ShardSet.write(way.getValue()),
                        way.getKey().from().name(),
                        way.getKey().to().name(),
                        reason));
    }

    private record Way(ZoneId from, ZoneId to) implements Comparable<Way> {
        @Override
        public int compareTo(Way other) {
            int byFrom = from.compareTo(other.from);
            return byFrom != 0 ? byFrom : to.compareTo(other.to);
        }
    }
}
