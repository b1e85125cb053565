package io.meridian.agent.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.record.Decision;
import io.meridian.agent.record.Entry;
import io.meridian.agent.record.Origin;
import io.meridian.agent.record.Orphan;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.record.Value;
import io.meridian.conflict.ShardHead;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Lineage;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** East had epoch 1, west epoch 3 from east's 50 on; this store has west's up to 40. North begins epoch 5. */
class SurplusOfShardTest {
    private static final RegionId EAST = RegionId.of("east");
    private static final RegionId WEST = RegionId.of("west");
    private static final ShardId ONE = ShardId.of(1);
    private static final ShardId FIVE = ShardId.of(5);
    private static final Relation TABLE = new Relation("s", "t", List.of(new Relation.Column("k", true)));
    private static final Lineage LINEAGE = Lineage.ofKnown(List.of(
            new Ownership.Grant(ONE, Epoch.of(1), EAST, new Base.None()),
            new Ownership.Grant(ONE, Epoch.of(3), WEST, new Base.At(EAST, Epoch.of(1), at(EAST, 50)))));
    private static final ShardHead.At HEAD = new ShardHead.At(Epoch.of(3), WEST, at(WEST, 40), false);

    @Test
    void whereTheNewEpochLeavesOneOutAllOfThatAndTheEndOfTheOneBeforeAreSurplus() {
        var surplus = new SurplusOfShard(ONE, HEAD, new Base.At(EAST, Epoch.of(1), at(EAST, 30)), Epoch.of(5), LINEAGE);

        assertThat(surplus.segments())
                .containsExactly(
                        new SurplusOfShard.Segment(WEST, Epoch.of(3), Optional.empty(), at(WEST, 40)),
                        new SurplusOfShard.Segment(EAST, Epoch.of(1), Optional.of(at(EAST, 30)), at(EAST, 50)));
    }

    @Test
    void whereItBuildsOnAllOfTheOneBeforeOnlyTheOneLeftOutIsSurplus() {
        var surplus = new SurplusOfShard(ONE, HEAD, new Base.At(EAST, Epoch.of(1), at(EAST, 50)), Epoch.of(5), LINEAGE);

        assertThat(surplus.segments())
                .containsExactly(new SurplusOfShard.Segment(WEST, Epoch.of(3), Optional.empty(), at(WEST, 40)));
    }

    @Test
    void writesOfTheShardAndTheEpochBetweenTheEndsBecomeOrphansNamedAsInTheRecord() {
        var surplus = behind(30);
        SurplusOfShard.Segment segment = surplus.segments().getFirst();
        RowChange first = row(ONE);
        RowChange second = row(ONE);

        surplus.take(segment, record(30, 0, 1, 3, row(ONE)));
        surplus.take(segment, record(35, 0, 1, 3, first, row(FIVE), second));
        surplus.take(segment, record(36, 0, 1, 1, row(ONE)));
        assertThat(surplus.isComplete()).isFalse();
        surplus.take(segment, record(41, 0, 1, 3, row(ONE)));

        assertThat(surplus.isComplete()).isTrue();
        assertThat(surplus.orphans())
                .containsExactly(
                        new Orphan(new Origin(WEST, at(WEST, 35), ONE, 0), Epoch.of(3), first, 9, List.of(1)),
                        new Orphan(new Origin(WEST, at(WEST, 35), ONE, 1), Epoch.of(3), second, 9, List.of(1)));
    }

    @Test
    void theLastTransactionIsSeenWithAllItsParts() {
        var surplus = behind(30);
        SurplusOfShard.Segment segment = surplus.segments().getFirst();

        surplus.take(segment, record(40, 0, 2, 3, row(ONE)));
        assertThat(surplus.isComplete()).isFalse();
        surplus.take(segment, record(40, 1, 2, 3, row(ONE)));

        assertThat(surplus.isComplete()).isTrue();
        assertThat(surplus.orphans())
                .extracting(orphan -> orphan.origin().position().part())
                .containsExactly(0, 1);
    }

    @Test
    void aDecisionThatIsTakenBackOpensItsCauseAndTheImagesBehindItAreNoOrphans() {
        var surplus = behind(30);
        var cause = new Origin(EAST, at(EAST, 60), ONE, 0);

        surplus.take(
                surplus.segments().getFirst(),
                record(35, 0, 1, 3, new Decision(cause, Decision.Verdict.REJECTED, "older", ""), row(ONE)));

        assertThat(surplus.reopened()).isEqualTo(Map.of(cause, Epoch.of(3)));
        assertThat(surplus.orphans()).isEmpty();
    }

    private static SurplusOfShard behind(long lsn) {
        return new SurplusOfShard(ONE, HEAD, new Base.At(WEST, Epoch.of(3), at(WEST, lsn)), Epoch.of(5), LINEAGE);
    }

    private static SourceRecord record(long lsn, int part, int parts, long epoch, Entry... entries) {
        return new SourceRecord(
                WEST,
                1,
                new Position("west-1", lsn, part),
                parts,
                Optional.empty(),
                List.of(1),
                9,
                Map.of(ONE, Epoch.of(epoch), FIVE, Epoch.of(epoch)),
                List.of(entries));
    }

    private static RowChange row(ShardId shard) {
        return new RowChange.Insert(TABLE, shard, List.of(Value.of("k")));
    }

    private static Position at(RegionId region, long lsn) {
        return new Position(region + "-1", lsn, 0);
    }
}
