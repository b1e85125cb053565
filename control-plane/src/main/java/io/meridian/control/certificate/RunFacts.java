package io.meridian.control.certificate;

import io.meridian.control.switching.Certificate;
import io.meridian.control.switching.Plan;
import io.meridian.control.switching.Proof;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.StateName;
import io.meridian.control.switching.SwitchState;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardSet;
import io.meridian.topology.ZoneId;
import io.meridian.topology.certificate.CertificateFacts;
import io.meridian.topology.certificate.CertificateFacts.BaseAt;
import io.meridian.topology.certificate.SignedCertificate;
import io.meridian.topology.certificate.SigningKey;
import io.meridian.topology.ownership.Base;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A run that ended and its certificate, as the document's facts. The same for one run for ever: a signature is over it, so a release that wants to
 * say more says it in a new format, and goes on writing this one for what was signed in it.
 */
public final class RunFacts {
    private RunFacts() {}

    /** @return empty: it has no certificate (yet) */
    public static Optional<CertificateFacts> of(Run run) {
        return run.ended() ? run.certificate().map(certificate -> facts(run, certificate)) : Optional.empty();
    }

    /** As the API gives it, signed or not yet. */
    public static Optional<Map<String, Object>> document(Run run, KeyRing ring) {
        return of(run).map(facts -> {
            Optional<Seal> seal = run.certificate().flatMap(Certificate::seal);
            Optional<SigningKey> key = seal.flatMap(it -> ring.key(it.keyId()));
            return seal.isPresent() && key.isPresent()
                    ? SignedCertificate.document(
                            facts,
                            SignedCertificate.Signer.of(key.get(), seal.get().at()),
                            seal.get().signature())
                    : SignedCertificate.unsigned(facts);
        });
    }

    private static CertificateFacts facts(Run run, Certificate certificate) {
        Run.Counts counts = run.counts();
        return new CertificateFacts(
                run.id(),
                run.plan().hash(),
                switch (run.state()) {
                    case SwitchState.Done _ -> CertificateFacts.Outcome.DONE;
                    case SwitchState.Superseded _ -> CertificateFacts.Outcome.SUPERSEDED;
                    default -> CertificateFacts.Outcome.ROLLED_BACK;
                },
                run.problem(),
                run.startedAt(),
                run.endedAt().orElse(run.startedAt()),
                new CertificateFacts.Counts(
                        run.plan().shardCount(), counts.moved(), counts.rolledBack(), run.untouched()),
                switch (certificate.verdict()) {
                    case NOTHING_LOST -> CertificateFacts.Verdict.NOTHING_LOST;
                    case NOT_PROVEN -> CertificateFacts.Verdict.NOT_PROVEN;
                    case NOTHING_MOVED -> CertificateFacts.Verdict.NOTHING_MOVED;
                },
                certificate.reasons(),
                run.steps().stream().map(RunFacts::step).toList(),
                certificate.proofs().stream()
                        .sorted(Comparator.comparing(Proof::shard))
                        .map(RunFacts::moved)
                        .toList(),
                rerouted(run),
                certificate.returned().stream()
                        .sorted(Comparator.comparing(Proof::shard))
                        .map(RunFacts::rolledBack)
                        .toList());
    }

    private static CertificateFacts.Step step(Run.Step step) {
        return new CertificateFacts.Step(
                step.name().name(), step.wave(), step.started(), step.ended().orElse(step.started()), step.note());
    }

    private static CertificateFacts.Moved moved(Proof proof) {
        return new CertificateFacts.Moved(
                proof.shard().number(),
                proof.from().name(),
                proof.fromRegion().name(),
                proof.to().name(),
                proof.toRegion().name(),
                proof.closed().number(),
                proof.opened().number(),
                proof.close().map(RunFacts::base),
                proof.openedAt().map(Object::toString),
                proof.before().map(RunFacts::rows),
                proof.after().map(RunFacts::rows));
    }

    private static CertificateFacts.RolledBack rolledBack(Proof proof) {
        return new CertificateFacts.RolledBack(
                proof.shard().number(),
                proof.fromRegion().name(),
                proof.closed().number(),
                proof.opened().number(),
                proof.close().map(RunFacts::base).orElse(BaseAt.NOTHING));
    }

    private static BaseAt base(Base base) {
        return switch (base) {
            case Base.None _ -> BaseAt.NOTHING;
            case Base.At at ->
                new BaseAt(
                        at.region().name(), at.epoch().number(), at.position().toString());
        };
    }

    private static CertificateFacts.Rows rows(Proof.HashTaken taken) {
        return new CertificateFacts.Rows(taken.rows(), taken.hash(), taken.problem());
    }

    private record Way(ZoneId from, ZoneId to) implements Comparable<Way> {
        @Override
        public int compareTo(Way other) {
            int byFrom = from.compareTo(other.from);
            return byFrom != 0 ? byFrom : to.compareTo(other.to);
        }
    }

    /** Waves inside a region leave no proof behind: the plan says what they did, and the run how many of its waves are through. */
    private static List<CertificateFacts.Rerouted> rerouted(Run run) {
        int through = run.state().name() == StateName.DONE ? run.wave() : run.wave() - 1;
        var byWay = new TreeMap<Way, TreeSet<ShardId>>();
        for (int wave = 1; wave <= through; wave++) {
            if (run.plan().wave(wave).kind() == Plan.Wave.Kind.PLACEMENT) {
                for (Plan.ShardMove move : run.plan().wave(wave).moves()) {
                    var way = new Way(move.from(), run.plan().target(move).zone());
                    byWay.computeIfAbsent(way, _ -> new TreeSet<>()).add(move.shard());
                }
            }
        }
        var rerouted = new ArrayList<CertificateFacts.Rerouted>();
        byWay.forEach((way, shards) -> rerouted.add(new CertificateFacts.Rerouted(
                ShardSet.write(shards), way.from().name(), way.to().name())));
        return rerouted;
    }
}
