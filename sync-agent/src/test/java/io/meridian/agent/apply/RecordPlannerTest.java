package io.meridian.agent.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.record.Decision;
import io.meridian.agent.record.Entry;
import io.meridian.agent.record.Marker;
import io.meridian.agent.record.MergeChange;
import io.meridian.agent.record.Origin;
import io.meridian.agent.record.Orphan;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Revision;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.record.Value;
import io.meridian.conflict.KnownLineage;
import io.meridian.conflict.ShardHead;
import io.meridian.conflict.Verdict;
import io.meridian.conflict.merge.Version;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Lineage;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecordPlannerTest {
    private static final RegionId EAST = RegionId.of("east");
    private static final RegionId WEST = RegionId.of("west");
    private static final ShardId ONE = ShardId.of(1);
    private static final ShardId FIVE = ShardId.of(5);
    private static final Relation TABLE =
            new Relation("s", "t", List.of(new Relation.Column("k", true), new Relation.Column("v", false)));

    private final Map<ShardId, ShardHead> heads = new HashMap<>();
    private final Map<ShardId, Lineage> lineages = new HashMap<>();
    private final Map<ShardId, Long> frozen = new HashMap<>();
    private final Set<ShardId> stopped = new HashSet<>();
    private final Map<ShardId, RecordPlanner.Hindrance> hindrances = new HashMap<>();

    @Test
    void rowsOfAnOpenEpochAreAppliedAndMoveTheHead() {
        heads.put(ONE, head(WEST, 1, 10, false));

        var plan = apply(record(WEST, 20, insert(ONE), insert(ONE), new Entry.Heartbeat(7)));

        assertThat(plan.rows()).hasSize(2);
        assertThat(plan.heads()).isEqualTo(Map.of(ONE, head(WEST, 1, 20, false)));
        assertThat(plan.heartbeatMicros()).isEqualTo(OptionalLong.of(7));
    }

    @Test
    void anOpeningWaitsForItsBaseAndIsThenHistory() {
        var base = new Base.At(EAST, Epoch.of(1), position("e", 30));
        SourceRecord record = record(WEST, 20, new Marker.Open(ONE, Epoch.of(3), base));

        heads.put(ONE, head(EAST, 1, 25, false));
        assertThat(plan(record)).isEqualTo(new RecordPlanner.Plan.Await(ONE, base));

        heads.put(ONE, head(EAST, 1, 30, true));
        assertThat(apply(record).heads()).isEqualTo(Map.of(ONE, head(WEST, 3, 20, false)));
    }

    @Test
    void aShardOutsideTheLineageStopsAndTheOthersGoOn() {
        heads.put(ONE, head(EAST, 3, 10, false));
        heads.put(FIVE, head(WEST, 1, 10, false));

        var plan = apply(record(WEST, 20, insert(ONE), insert(FIVE), insert(ONE)));

        assertThat(plan.stops()).singleElement().satisfies(stop -> {
            assertThat(stop.shard()).isEqualTo(ONE);
            assertThat(stop.epoch()).isEqualTo(Epoch.of(1));
        });
        assertThat(plan.rows()).extracting(RowChange::shard).containsExactly(FIVE);
        assertThat(plan.heads()).containsOnlyKeys(FIVE);
    }

    @Test
    void aStoppedShardIsPassedOver() {
        heads.put(ONE, head(WEST, 1, 10, false));
        stopped.add(ONE);

        var plan = apply(record(WEST, 20, insert(ONE), new Marker.Close(ONE, Epoch.of(1), Epoch.of(2))));

        assertThat(plan.rows()).isEmpty();
        assertThat(plan.heads()).isEmpty();
        assertThat(plan.stops()).isEmpty();
    }

    @Test
    void aRowThatEntersAShardWithoutAllItsValuesStopsTheShard() {
        heads.put(ONE, head(WEST, 1, 10, false));

        var plan = apply(record(
                WEST, 20, new RowChange.Insert(TABLE, ONE, List.of(Value.of("k"), Value.UNCHANGED)), insert(ONE)));

        assertThat(plan.rows()).isEmpty();
        assertThat(plan.stops())
                .singleElement()
                .satisfies(stop -> assertThat(stop.reason()).contains("s.t").contains("REPLICA IDENTITY FULL"));
    }

    @Test
    void whenPatienceIsOverOnlyTheShardThatWaitsForItsBaseIsParked() {
        var base = new Base.At(EAST, Epoch.of(1), position("e", 30));
        heads.put(ONE, head(EAST, 1, 25, false));
        SourceRecord record = record(
                WEST, 20, new Marker.Open(ONE, Epoch.of(3), base), new Marker.Open(FIVE, Epoch.of(1), new Base.None()));

        var plan = (RecordPlanner.Plan.Apply) plan(record, RecordPlanner.Patience.PARK);

        assertThat(plan.parks()).singleElement().satisfies(park -> {
            assertThat(park.shard()).isEqualTo(ONE);
            assertThat(park.epoch()).isEqualTo(Epoch.of(3));
            assertThat(park.waiting()).isEqualTo(Waiting.BARRIER);
            assertThat(park.reason()).contains("epoch 1 of east");
        });
        assertThat(plan.heads()).isEqualTo(Map.of(FIVE, head(WEST, 1, 20, false)));
    }

    @Test
    void behindSomethingThatWaitsAShardsWholeShareIsParkedWhateverItsHeadSays() {
        heads.put(ONE, head(WEST, 1, 10, false));
        heads.put(FIVE, head(WEST, 1, 10, false));
        hindrances.put(ONE, ParkedShards.BEHIND);

        var plan = apply(record(
                WEST, 20, insert(ONE), insert(FIVE), insert(ONE), new Marker.Close(ONE, Epoch.of(1), Epoch.of(2))));

        assertThat(plan.parks())
                .singleElement()
                .satisfies(park -> assertThat(park.shard()).isEqualTo(ONE));
        assertThat(plan.rows()).extracting(RowChange::shard).containsExactly(FIVE);
        assertThat(plan.heads()).containsOnlyKeys(FIVE);
    }

    @Test
    void aRowThatAnyRegionMayWriteIsMergedWhateverItsShardsLineageSays() {
        stopped.add(ONE);

        var plan = apply(record(WEST, 20, merge(ONE), merge(FIVE)));

        assertThat(plan.merges()).containsExactly(merge(ONE), merge(FIVE));
        assertThat(plan.heads()).isEmpty();
        assertThat(plan.hasEffect()).isTrue();
    }

    @Test
    void butItIsParkedWithItsShard() {
        hindrances.put(ONE, ParkedShards.BEHIND);

        var plan = apply(record(WEST, 20, merge(ONE), merge(FIVE)));

        assertThat(plan.merges()).containsExactly(merge(FIVE));
        assertThat(plan.parks())
                .singleElement()
                .satisfies(park -> assertThat(park.shard()).isEqualTo(ONE));
        assertThat(record(WEST, 20, merge(ONE), merge(FIVE)).shareOf(ONE).entries())
                .containsExactly(merge(ONE));
    }

    private static MergeChange merge(ShardId shard) {
        return new MergeChange(
                TABLE, shard, false, new Version(9, "west"), Optional.empty(), List.of(Value.of("k"), Value.of("v")));
    }

    @Test
    void theHeadOfAShardDoesNotTellOfWhichPartItIs() {
        heads.put(ONE, head(WEST, 1, 10, false));
        SourceRecord whole = record(WEST, 20, insert(ONE));
        var part = new SourceRecord(
                WEST,
                1,
                new Position("w", 20, 3),
                5,
                Optional.of(new Position("w", 20, 2)),
                whole.partitions(),
                0,
                whole.epochs(),
                whole.entries());

        assertThat(apply(part).heads()).isEqualTo(Map.of(ONE, head(WEST, 1, 20, false)));
    }

    @Test
    void aWriteOutsideTheLineageIsAnOrphanNamedByItsPlaceAmongItsShardsRows() {
        opened(ONE, 3, EAST, new Base.At(WEST, Epoch.of(1), position("w", 15)));
        heads.put(ONE, head(EAST, 3, 10, false));
        heads.put(FIVE, head(WEST, 1, 10, false));
        RowChange first = insert(ONE);
        RowChange second = insert(ONE);

        var plan = apply(record(WEST, 20, first, insert(FIVE), second));

        assertThat(plan.strays().found())
                .containsExactly(
                        new Orphan(new Origin(WEST, position("w", 20), ONE, 0), Epoch.of(1), first, 0, List.of(1)),
                        new Orphan(new Origin(WEST, position("w", 20), ONE, 1), Epoch.of(1), second, 0, List.of(1)));
        assertThat(plan.rows()).hasSize(1);
        assertThat(plan.heads()).containsOnlyKeys(FIVE);
        assertThat(plan.stops()).isEmpty();
        assertThat(apply(record(WEST, 15, insert(ONE))).strays().isEmpty())
                .as("up to the cut it is in")
                .isTrue();
    }

    @Test
    void anOrphanHasTheSameNameInTheRecordAndInItsShardsShare() {
        opened(ONE, 3, EAST, new Base.At(WEST, Epoch.of(1), position("w", 15)));
        heads.put(ONE, head(EAST, 3, 10, false));
        SourceRecord record = record(WEST, 20, insert(ONE), insert(FIVE), insert(ONE));
        heads.put(FIVE, head(WEST, 1, 10, false));

        assertThat(apply(record.shareOf(ONE)).strays().found())
                .isEqualTo(apply(record).strays().found());
    }

    @Test
    void aDecisionOutsideTheLineageOpensItsCauseAgainAndTheRowsBehindItAreNoOrphans() {
        opened(ONE, 3, EAST, new Base.At(WEST, Epoch.of(1), position("w", 15)));
        heads.put(ONE, head(EAST, 3, 10, false));

        var plan = apply(record(WEST, 20, decision(), insert(ONE)));

        assertThat(plan.strays().reopened()).isEqualTo(Map.of(decision().cause(), Epoch.of(1)));
        assertThat(plan.strays().found()).isEmpty();
        assertThat(plan.rows()).isEmpty();
    }

    @Test
    void aPersonsWordIsKeptWhereverItStandsAndWhatItWroteOutsideTheLineageIsAnOrphan() {
        opened(ONE, 3, EAST, new Base.At(WEST, Epoch.of(1), position("w", 15)));
        heads.put(ONE, head(EAST, 3, 10, false));
        var revision = new Revision(
                decision().cause(), "rv-1", Epoch.of(1), Decision.Verdict.SALVAGED, "ann", "she said so", "", 99);

        var plan = apply(record(WEST, 20, insert(ONE), revision));

        assertThat(plan.strays().revisions()).containsExactly(revision);
        assertThat(plan.strays().found()).hasSize(1);
        assertThat(plan.strays().reopened()).isEmpty();
    }

    @Test
    void aDecisionInTheLineageIsPartOfItsEpoch() {
        heads.put(ONE, head(WEST, 1, 10, false));

        var plan = apply(record(WEST, 20, decision(), insert(ONE)));

        assertThat(plan.strays().decisions()).containsExactly(decision());
        assertThat(plan.rows()).hasSize(1);
        assertThat(plan.heads()).isEqualTo(Map.of(ONE, head(WEST, 1, 20, false)));
    }

    @Test
    void whatAnotherRegionTellsOfAnOrphanNeedsNoHeadAndIsDroppedOnlyByALaterLineage() {
        var orphan = new Orphan(new Origin(WEST, position("w", 20), ONE, 0), Epoch.of(1), insert(ONE), 0, List.of(1));
        stopped.add(ONE);
        assertThat(apply(record(EAST, 5, orphan)).strays().told()).containsExactly(orphan);

        heads.put(ONE, head(WEST, 1, 30, false));
        assertThat(apply(record(EAST, 5, orphan)).strays().told())
                .as("the lineage that leaves it out has not come here")
                .containsExactly(orphan);

        opened(ONE, 3, EAST, new Base.At(WEST, Epoch.of(1), position("w", 15)));
        heads.put(ONE, head(EAST, 3, 10, false));
        assertThat(apply(record(EAST, 5, orphan)).strays().told()).containsExactly(orphan);
        lineages.put(
                ONE, Lineage.ofKnown(List.of(grant(ONE, 3, EAST, new Base.At(WEST, Epoch.of(1), position("w", 25))))));
        assertThat(apply(record(EAST, 5, orphan)).strays().told()).isEmpty();
    }

    @Test
    void anOpeningOnACutSaysSoAndOneOnACloseDoesNot() {
        var base = new Base.At(EAST, Epoch.of(1), position("e", 30));
        opened(ONE, 1, EAST, new Base.None());
        heads.put(ONE, head(EAST, 1, 30, false));
        assertThat(apply(record(WEST, 20, new Marker.Open(ONE, Epoch.of(3), base)))
                        .opened())
                .containsExactly(new RecordPlanner.Opened(grant(ONE, 3, WEST, base), true));

        heads.put(ONE, head(EAST, 1, 30, true));
        assertThat(apply(record(WEST, 20, new Marker.Open(ONE, Epoch.of(3), base)))
                        .opened())
                .containsExactly(new RecordPlanner.Opened(grant(ONE, 3, WEST, base), false));
    }

    @Test
    void anOpeningBehindWhichThisStoreHasMoreWaitsUntilThatIsTakenBack() {
        var base = new Base.At(EAST, Epoch.of(1), position("e", 30));
        opened(ONE, 1, EAST, new Base.None());
        heads.put(ONE, head(EAST, 1, 40, false));

        var plan = apply(record(WEST, 20, new Marker.Open(ONE, Epoch.of(3), base)));

        assertThat(plan.parks()).singleElement().satisfies(park -> {
            assertThat(park.waiting()).isEqualTo(Waiting.BARRIER);
            assertThat(park.verdict()).contains(new Verdict.Surplus(head(EAST, 1, 40, false), base));
        });
    }

    @Test
    void ofAFrozenShardNothingTakesEffectBeyondTheLimit() {
        heads.put(ONE, head(WEST, 1, 10, false));
        heads.put(FIVE, head(WEST, 1, 10, false));
        frozen.put(ONE, 20L);

        assertThat(apply(record(WEST, 20, insert(ONE), insert(FIVE))).parks()).isEmpty();
        var plan = apply(record(WEST, 21, insert(ONE), insert(FIVE)));

        assertThat(plan.parks()).containsExactly(new RecordPlanner.Park(ONE, Epoch.of(1), RecordPlanner.FROZEN));
        assertThat(plan.heads()).containsOnlyKeys(FIVE);
    }

    private void opened(ShardId shard, long epoch, RegionId owner, Base base) {
        lineages.put(
                shard,
                lineages.getOrDefault(shard, Lineage.ofKnown(List.of())).learned(grant(shard, epoch, owner, base)));
    }

    private static Ownership.Grant grant(ShardId shard, long epoch, RegionId owner, Base base) {
        return new Ownership.Grant(shard, Epoch.of(epoch), owner, base);
    }

    private static Decision decision() {
        return new Decision(
                new Origin(RegionId.of("south"), position("s", 3), ONE, 0), Decision.Verdict.SALVAGED, "untouched", "");
    }

    private RecordPlanner.Plan plan(SourceRecord record) {
        return plan(record, RecordPlanner.Patience.WAIT);
    }

    private RecordPlanner.Plan plan(SourceRecord record, RecordPlanner.Patience patience) {
        return RecordPlanner.plan(
                record,
                new RecordPlanner.Shards() {
                    @Override
                    public ShardHead head(ShardId shard) {
                        return heads.getOrDefault(shard, new ShardHead.None());
                    }

                    @Override
                    public boolean stopped(ShardId shard) {
                        return stopped.contains(shard);
                    }

                    @Override
                    public Optional<RecordPlanner.Hindrance> hindrance(ShardId shard) {
                        return Optional.ofNullable(hindrances.get(shard));
                    }

                    @Override
                    public boolean frozen(ShardId shard, ShardHead.At next) {
                        Long limit = frozen.get(shard);
                        return limit != null && next.position().lsn() > limit;
                    }

                    @Override
                    public Optional<KnownLineage> known(ShardId shard) {
                        return Optional.ofNullable(lineages.get(shard))
                                .map(lineage -> new KnownLineage(RegionId.of("north"), lineage, false));
                    }
                },
                patience);
    }

    private RecordPlanner.Plan.Apply apply(SourceRecord record) {
        return (RecordPlanner.Plan.Apply) plan(record);
    }

    private static SourceRecord record(RegionId source, long lsn, Entry... entries) {
        return new SourceRecord(
                source,
                1,
                position(source.name().substring(0, 1), lsn),
                1,
                Optional.empty(),
                List.of(1),
                0,
                Map.of(ONE, Epoch.of(1), FIVE, Epoch.of(1)),
                List.of(entries));
    }

    private static RowChange insert(ShardId shard) {
        return new RowChange.Insert(TABLE, shard, List.of(Value.of("k" + shard), Value.of("v")));
    }

    private static ShardHead.At head(RegionId region, long epoch, long lsn, boolean closed) {
        return new ShardHead.At(Epoch.of(epoch), region, position(region.name().substring(0, 1), lsn), closed);
    }

    private static Position position(String incarnation, long lsn) {
        return new Position(incarnation, lsn, 0);
    }
}
