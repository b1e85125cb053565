package io.meridian.topology.certificate;

import io.meridian.topology.certificate.CertificateFacts.BaseAt;
import io.meridian.topology.certificate.CertificateFacts.Counts;
import io.meridian.topology.certificate.CertificateFacts.Moved;
import io.meridian.topology.certificate.CertificateFacts.Outcome;
import io.meridian.topology.certificate.CertificateFacts.Rerouted;
import io.meridian.topology.certificate.CertificateFacts.RolledBack;
import io.meridian.topology.certificate.CertificateFacts.Rows;
import io.meridian.topology.certificate.CertificateFacts.Step;
import io.meridian.topology.certificate.CertificateFacts.Verdict;
import java.util.Optional;
import java.util.Set;

/** Reads back what {@link CertificateFacts#tree} wrote, and nothing else. */
final class FactsReader {
    private FactsReader() {}

    static CertificateFacts read(Place at) {
        at.only(Set.of(
                "type",
                "format",
                "run",
                "planHash",
                "outcome",
                "problem",
                "startedAt",
                "endedAt",
                "counts",
                "verdict",
                "reasons",
                "steps",
                "moved",
                "rerouted",
                "rolledBack"));
        if (!at.text("type").equals(CertificateFacts.TYPE)) {
            at.at("type").fault("this is no " + CertificateFacts.TYPE);
        }
        if (at.whole("format") != CertificateFacts.FORMAT) {
            at.at("format").fault("this program knows format " + CertificateFacts.FORMAT);
        }
        Place counts = at.at("counts").only(Set.of("planned", "moved", "rolledBack", "untouched"));
        return new CertificateFacts(
                at.text("run"),
                at.text("planHash"),
                at.oneOf("outcome", Outcome.values()),
                at.textIfThere("problem"),
                at.moment("startedAt"),
                at.moment("endedAt"),
                new Counts(
                        counts.whole("planned"),
                        counts.whole("moved"),
                        counts.whole("rolledBack"),
                        counts.whole("untouched")),
                at.oneOf("verdict", Verdict.values()),
                at.list("reasons", Place::asText),
                at.list("steps", FactsReader::step),
                at.list("moved", FactsReader::moved),
                at.list("rerouted", FactsReader::rerouted),
                at.list("rolledBack", FactsReader::rolledBack));
    }

    private static Step step(Place at) {
        at.only(Set.of("name", "wave", "started", "ended", "note"));
        return new Step(at.text("name"), at.whole("wave"), at.moment("started"), at.moment("ended"), at.text("note"));
    }

    private static Moved moved(Place at) {
        at.only(Set.of(
                "shard",
                "from",
                "fromRegion",
                "to",
                "toRegion",
                "closedEpoch",
                "openedEpoch",
                "base",
                "openedAt",
                "before",
                "after"));
        return new Moved(
                at.whole("shard"),
                at.text("from"),
                at.text("fromRegion"),
                at.text("to"),
                at.text("toRegion"),
                at.whole("closedEpoch"),
                at.whole("openedEpoch"),
                at.has("base") ? Optional.of(base(at.at("base"))) : Optional.empty(),
                at.textIfThere("openedAt"),
                at.has("before") ? Optional.of(rows(at.at("before"))) : Optional.empty(),
                at.has("after") ? Optional.of(rows(at.at("after"))) : Optional.empty());
    }

    private static BaseAt base(Place at) {
        at.only(Set.of("region", "epoch", "position"));
        return new BaseAt(at.text("region"), at.whole("epoch"), at.text("position"));
    }

    private static Rows rows(Place at) {
        at.only(Set.of("rows", "hash", "problem"));
        return new Rows(at.whole("rows"), at.text("hash"), at.text("problem"));
    }

    private static Rerouted rerouted(Place at) {
        at.only(Set.of("shards", "from", "to"));
        return new Rerouted(at.text("shards"), at.text("from"), at.text("to"));
    }

    private static RolledBack rolledBack(Place at) {
        at.only(Set.of("shard", "region", "closedEpoch", "openedEpoch", "base"));
        return new RolledBack(
                at.whole("shard"),
                at.text("region"),
                at.whole("closedEpoch"),
                at.whole("openedEpoch"),
                base(at.at("base")));
    }
}
