package io.meridian.topology.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.topology.certificate.CertificateFacts.BaseAt;
import io.meridian.topology.certificate.CertificateFacts.Moved;
import io.meridian.topology.certificate.CertificateFacts.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Lies that a key holder could sign. */
class ConsistencyTest {
    private static final Sample.Node EAST = Sample.Node.made("east");

    record Lie(String name, String pointer, Optional<Object> value, String found) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Lie lie(String name, String pointer, Object value, String found) {
        return new Lie(name, pointer, Optional.of(value), found);
    }

    static final List<Lie> LIES = List.of(
            lie("more moved than listed", "/counts/moved", 5L, "it counts 5 moved shards and lists 4"),
            lie("fewer rolled back", "/counts/rolledBack", 0L, "it counts 0 shards rolled back and lists 1"),
            lie("counts that are not all", "/counts/untouched", 2L, "of 6 planned shards, 4 moved"),
            lie("done, with shards left", "/outcome", "DONE", "it is DONE, and not every planned shard moved"),
            lie("another last step", "/steps/2/name", "DONE", "its last step is not ROLLED_BACK"),
            lie("moved without activation", "/steps/1/name", "ROUTED", "no step is ACTIVATED"),
            lie("one shard twice", "/moved/1/shard", 0L, "shard 0: it is listed twice"),
            lie("moved and rerouted", "/rerouted/0/shards", "0,4", "shard 0: it is listed twice"),
            lie("no shards at all", "/rerouted/0/shards", "all", "is neither a number nor a range"),
            lie("a shard beyond all", "/moved/0/shard", 1L << 20, "there is no shard 1048576"),
            lie("opened too early", "/moved/0/openedEpoch", 2L, "closed at epoch 1, it has to open at 3, not 2"),
            lie("an even epoch closed", "/moved/0/closedEpoch", 2L, "nobody owns an even one"),
            lie("a base ahead", "/moved/0/base/epoch", 3L, "its base is of epoch 3, behind epoch 1"),
            lie("another's CLOSE", "/moved/0/base/region", "west", "its CLOSE is west's"),
            lie("no position", "/moved/0/base/position", "here", "'here' is no position"),
            lie("opened nowhere", "/moved/0/openedAt", "", "'' is no position"),
            lie("to where it was", "/moved/0/toRegion", "east", "for the same region"),
            lie("no hash", "/moved/0/before/hash", "equal", "'equal' is no hash"),
            lie("rolled back forward", "/rolledBack/0/openedEpoch", 9L, "it has to open at 7, not 9"),
            lie("a verdict too good", "/moved/0/after/rows", 6L, "and NOT_PROVEN follows from its facts"),
            lie("rows that differ", "/moved/0/after/hash", "00", "and NOT_PROVEN follows from its facts"),
            new Lie("no OPEN", "/moved/0/openedAt", Optional.empty(), "and NOT_PROVEN follows from its facts"),
            new Lie("no CLOSE", "/moved/0/base", Optional.empty(), "and NOT_PROVEN follows from its facts"),
            new Lie("no hash before", "/moved/0/before", Optional.empty(), "and NOT_PROVEN follows from its facts"),
            lie("a verdict too bad", "/verdict", "NOT_PROVEN", "and NOTHING_LOST follows from its facts"),
            lie(
                    "a reason beside the verdict",
                    "/reasons",
                    List.of("none"),
                    "reasons belong to the verdict NOT_PROVEN"));

    @ParameterizedTest
    @FieldSource("LIES")
    void aContradictionIsFound(Lie lie) {
        Object tree = Sample.changed(
                Map.of("certificate", Sample.facts().tree()), "/certificate" + lie.pointer(), lie.value());

        var report = (CertificateCheck.Report.Checked) CertificateCheck.check(tree, Optional.empty());

        assertThat(report.consistency().contradictions())
                .anySatisfy(found -> assertThat(found).contains(lie.found()));
        assertThat(report.consistent()).isFalse();
    }

    record Gap(Moved moved, String found) {}

    private static final Moved WHOLE = Sample.moved(0, 1);

    static final List<Gap> GAPS = List.of(
            new Gap(
                    Sample.with(WHOLE, Optional.empty(), WHOLE.openedAt(), WHOLE.before(), WHOLE.after()),
                    "shard 0: where epoch 1 was closed is not known"),
            new Gap(
                    Sample.with(WHOLE, WHOLE.base(), Optional.empty(), WHOLE.before(), WHOLE.after()),
                    "shard 0: where west opened it is not known"),
            new Gap(
                    Sample.with(WHOLE, WHOLE.base(), WHOLE.openedAt(), Sample.rows(0, ""), WHOLE.after()),
                    "shard 0: no hash of the rows before the move: busy"),
            new Gap(
                    Sample.with(WHOLE, WHOLE.base(), WHOLE.openedAt(), WHOLE.before(), Optional.empty()),
                    "shard 0: no hash of the rows after the move"),
            new Gap(
                    Sample.with(WHOLE, WHOLE.base(), WHOLE.openedAt(), WHOLE.before(), Sample.rows(6, "ab")),
                    "shard 0: the rows differ before and after"));

    @ParameterizedTest
    @FieldSource("GAPS")
    void anHonestGapIsNoContradictionButProvesNothing(Gap gap) {
        CertificateFacts facts = Sample.facts(Verdict.NOT_PROVEN, List.of("shards 0: …"), gap.moved());

        var report = (CertificateCheck.Report.Checked)
                CertificateCheck.check(EAST.signed(facts), Optional.of(List.of(EAST.key())));

        assertThat(report.consistency()).isEqualTo(new Consistency(List.of(), List.of(gap.found())));
        assertThat(report.by()).isInstanceOf(CertificateCheck.Authorship.ByRing.class);
        assertThat(report.proven()).isFalse();
    }

    @Test
    void aShardThatNobodyEverOpenedBuildsOnNothing() {
        assertThat(Consistency.of(Sample.facts()).contradictions()).isEmpty();
        assertThat(Sample.neverOpened(1).base()).contains(BaseAt.NOTHING);
    }
}
