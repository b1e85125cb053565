package io.meridian.topology.certificate;

import io.meridian.topology.ShardId;
import io.meridian.topology.ShardSet;
import io.meridian.topology.certificate.CertificateFacts.Outcome;
import io.meridian.topology.certificate.CertificateFacts.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Whether a certificate's facts hold together. Shares no code with what wrote them, so that an error there is found here.
 *
 * @param contradictions nobody honest writes a certificate that has one
 * @param gaps what is missing for the verdict that nothing was lost
 */
public record Consistency(List<String> contradictions, List<String> gaps) {
    private static final Pattern POSITION = Pattern.compile("[0-9A-F]{1,8}/[0-9A-F]{1,8}(\\.[0-9]+)?@.+");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]+");
    private static final int SHARDS_LIMIT = 1 << 20;

    public static Consistency of(CertificateFacts facts) {
        var check = new Check(facts);
        check.counts();
        facts.moved().forEach(check::moved);
        facts.rolledBack().forEach(check::rolledBack);
        check.steps();
        check.verdict();
        return new Consistency(check.contradictions.sentences(), check.gaps.sentences());
    }

    /** Sentences about shards, one for each thing that is wrong and not one for each shard. */
    private static final class Findings {
        private final List<String> plain = new ArrayList<>();
        private final SortedMap<String, TreeSet<ShardId>> ofShards = new TreeMap<>();

        void add(String sentence) {
            plain.add(sentence);
        }

        void add(long shard, String sentence) {
            ofShards.computeIfAbsent(sentence, _ -> new TreeSet<>()).add(ShardId.of(Math.toIntExact(shard)));
        }

        List<String> sentences() {
            var all = new ArrayList<>(plain);
            ofShards.forEach((sentence, shards) ->
                    all.add((shards.size() == 1 ? "shard " : "shards ") + ShardSet.write(shards) + ": " + sentence));
            return List.copyOf(all);
        }

        boolean isEmpty() {
            return plain.isEmpty() && ofShards.isEmpty();
        }
    }

    private static final class Check {
        private final CertificateFacts facts;
        private final Findings contradictions = new Findings();
        private final Findings gaps = new Findings();
        private final Set<Long> seen = new HashSet<>();

        Check(CertificateFacts facts) {
            this.facts = facts;
        }

        void counts() {
            CertificateFacts.Counts counts = facts.counts();
            long moved = facts.moved().size() + rerouted();
            if (counts.moved() != moved) {
                contradictions.add("it counts " + counts.moved() + " moved shards and lists " + moved);
            }
            if (counts.rolledBack() != facts.rolledBack().size()) {
                contradictions.add("it counts " + counts.rolledBack() + " shards rolled back and lists "
                        + facts.rolledBack().size());
            }
            if (counts.planned() != counts.moved() + counts.rolledBack() + counts.untouched()) {
                contradictions.add("of " + counts.planned() + " planned shards, " + counts.moved() + " moved, "
                        + counts.rolledBack() + " rolled back and " + counts.untouched()
                        + " untouched ones are not all");
            }
            if (facts.outcome() == Outcome.DONE && counts.moved() + counts.rolledBack() != counts.planned()) {
                contradictions.add("it is DONE, and not every planned shard moved");
            }
        }

        private long rerouted() {
            long count = 0;
            for (CertificateFacts.Rerouted shards : facts.rerouted()) {
                switch (ShardSet.read(shards.shards(), SHARDS_LIMIT)) {
                    case ShardSet.Reading.Read read -> {
                        count += read.shards().size();
                        read.shards().forEach(shard -> once(shard.number()));
                    }
                    case ShardSet.Reading.Refused refused ->
                        contradictions.add(refused.why().detail());
                }
            }
            return count;
        }

        void moved(CertificateFacts.Moved shard) {
            if (!once(shard.shard())) {
                return;
            }
            epochs(shard.shard(), shard.closedEpoch(), shard.openedEpoch());
            if (shard.fromRegion().equals(shard.toRegion())) {
                contradictions.add(shard.shard(), "it left " + shard.fromRegion() + " for the same region");
            }
            shard.base()
                    .ifPresentOrElse(
                            base -> base(shard.shard(), shard.fromRegion(), shard.closedEpoch(), base),
                            () -> gaps.add(
                                    shard.shard(), "where epoch " + shard.closedEpoch() + " was closed is not known"));
            if (shard.openedAt().isEmpty()) {
                gaps.add(shard.shard(), "where " + shard.toRegion() + " opened it is not known");
            } else {
                position(shard.shard(), shard.openedAt().get());
            }
            boolean before = rows(shard.shard(), "before", shard.before());
            boolean after = rows(shard.shard(), "after", shard.after());
            if (before && after && !shard.before().equals(shard.after())) {
                gaps.add(shard.shard(), "the rows differ before and after");
            }
        }

        void rolledBack(CertificateFacts.RolledBack shard) {
            if (once(shard.shard())) {
                epochs(shard.shard(), shard.closedEpoch(), shard.openedEpoch());
                base(shard.shard(), shard.region(), shard.closedEpoch(), shard.base());
            }
        }

        private boolean once(long shard) {
            if (shard >= SHARDS_LIMIT) {
                contradictions.add("there is no shard " + shard);
                return false;
            }
            if (!seen.add(shard)) {
                contradictions.add(shard, "it is listed twice");
                return false;
            }
            return true;
        }

        private void epochs(long shard, long closed, long opened) {
            if (closed % 2 != 1) {
                contradictions.add(shard, "epoch " + closed + " was closed, and nobody owns an even one");
            }
            if (opened != closed + 2) {
                contradictions.add(
                        shard, "closed at epoch " + closed + ", it has to open at " + (closed + 2) + ", not " + opened);
            }
        }

        private void base(long shard, String owner, long closed, CertificateFacts.BaseAt base) {
            if (base.equals(CertificateFacts.BaseAt.NOTHING)) {
                return;
            }
            position(shard, base.position());
            if (base.epoch() % 2 != 1 || base.epoch() > closed) {
                contradictions.add(shard, "its base is of epoch " + base.epoch() + ", behind epoch " + closed);
            }
            if (base.epoch() == closed && !base.region().equals(owner)) {
                contradictions.add(
                        shard, "epoch " + closed + " was " + owner + "'s, and its CLOSE is " + base.region() + "'s");
            }
        }

        private void position(long shard, String position) {
            if (!POSITION.matcher(position).matches()) {
                contradictions.add(shard, "'" + position + "' is no position");
            }
        }

        private boolean rows(long shard, String when, java.util.Optional<CertificateFacts.Rows> rows) {
            if (rows.isEmpty() || !rows.get().taken()) {
                String why = rows.map(CertificateFacts.Rows::problem).orElse("");
                gaps.add(shard, "no hash of the rows " + when + " the move" + (why.isEmpty() ? "" : ": " + why));
                return false;
            }
            if (!HASH.matcher(rows.get().hash()).matches()) {
                contradictions.add(shard, "'" + rows.get().hash() + "' is no hash");
            }
            return true;
        }

        /** Leaders' clocks may disagree a little, so nothing follows from the order of two moments. */
        void steps() {
            if (facts.steps().isEmpty()
                    || !facts.steps().getLast().name().equals(facts.outcome().name())) {
                contradictions.add("its last step is not " + facts.outcome());
            }
            if (!facts.moved().isEmpty()
                    && facts.steps().stream().noneMatch(step -> step.name().equals("ACTIVATED"))) {
                contradictions.add("shards changed their region, and no step is ACTIVATED");
            }
        }

        void verdict() {
            Verdict follows = facts.counts().moved() == 0
                    ? Verdict.NOTHING_MOVED
                    : gaps.isEmpty() ? Verdict.NOTHING_LOST : Verdict.NOT_PROVEN;
            if (facts.verdict() != follows) {
                contradictions.add(
                        "its verdict is " + facts.verdict() + ", and " + follows + " follows from its facts");
            }
            if (facts.reasons().isEmpty() == (facts.verdict() == Verdict.NOT_PROVEN)) {
                contradictions.add("reasons belong to the verdict NOT_PROVEN, and to no other");
            }
        }
    }
}
