package io.meridian.agent.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.record.Decision;
import io.meridian.agent.record.Entry;
import io.meridian.agent.record.Marker;
import io.meridian.agent.record.Origin;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SeedMark;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.record.Value;
import io.meridian.agent.seeding.Taking;
import io.meridian.conflict.KnownLineage;
import io.meridian.conflict.ShardHead;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Lineage;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is made of a record whose shard is taken anew from east, which owns it in epoch 3. */
class SeedPlanTest {
    private static final RegionId EAST = RegionId.of("east");
    private static final RegionId WEST = RegionId.of("west");
    private static final ShardId SHARD = ShardId.of(1);
    private static final ShardId OTHER = ShardId.of(5);
    private static final Relation TABLE =
            new Relation("s", "t", List.of(new Relation.Column("k", true), new Relation.Column("v", false)));
    private static final Ownership.Grant GRANT =
            new Ownership.Grant(SHARD, Epoch.of(3), EAST, new Base.At(WEST, Epoch.of(1), position(5)));
    private static final SeedMark.Attempt FIRST = new SeedMark.Attempt("sd-1", 1, SHARD, WEST);
    private static final SeedMark.Attempt SECOND = new SeedMark.Attempt("sd-1", 2, SHARD, WEST);

    private final Map<ShardId, ShardHead> heads = new HashMap<>();
    private final Map<ShardId, RecordPlanner.Hindrance> hindrances = new HashMap<>();
    private Taking.Phase phase = Taking.Phase.PREPARED;
    private boolean frozen;
    private boolean unseeded;

    @Test
    void untilItBeginsWhatComesIsPassedOverAndNothingStops() {
        heads.put(OTHER, new ShardHead.At(Epoch.of(3), EAST, position(10), false));

        var plan = plan(
                insert(SHARD),
                new Marker.Close(SHARD, Epoch.of(3), Epoch.of(4)),
                insert(OTHER),
                new SeedMark.Rows(FIRST, 1));

        assertThat(plan.rows()).containsExactly(insert(OTHER));
        assertThat(plan.heads()).containsOnlyKeys(OTHER);
        assertThat(plan.stops()).isEmpty();
        assertThat(plan.parks()).isEmpty();
        assertThat(plan.seeds().isEmpty()).isTrue();
    }

    @Test
    void aNewStorePassesOverWhatItHasNothingOfUntilThatIsTakenAndParksNothing() {
        var decision = new Decision(new Origin(EAST, position(2), OTHER, 0), Decision.Verdict.REJECTED, "why", "");
        var open = new Marker.Open(OTHER, Epoch.of(3), new Base.At(WEST, Epoch.of(1), position(900)));
        assertThat(plan(open, insert(OTHER)).parks()).hasSize(1);
        unseeded = true;

        var plan = plan(open, insert(OTHER), decision);

        assertThat(plan.parks()).isEmpty();
        assertThat(plan.stops()).isEmpty();
        assertThat(plan.rows()).isEmpty();
        assertThat(plan.heads()).isEmpty();
        assertThat(plan.strays().decisions()).containsExactly(decision);
    }

    @Test
    void whatANewStoreHasTakenIsJudgedAsEver() {
        unseeded = true;
        heads.put(OTHER, new ShardHead.At(Epoch.of(3), EAST, position(10), false));

        assertThat(plan(insert(OTHER)).rows()).containsExactly(insert(OTHER));
        var ahead = new ShardsAhead(shards());
        ahead.add(plan(insert(OTHER)));
        assertThat(ahead.awaitsTaking(OTHER)).isFalse();
    }

    @Test
    void whatBecameOfAnOrphanIsTakenAllTheSame() {
        var decision = new Decision(new Origin(EAST, position(2), SHARD, 0), Decision.Verdict.REJECTED, "why", "");

        var plan = plan(decision, insert(SHARD));

        assertThat(plan.strays().decisions()).containsExactly(decision);
        assertThat(plan.rows()).isEmpty();
    }

    @Test
    void itBeginsWithTheMarkOfItsOwnAttemptOnly() {
        assertThat(plan(new SeedMark.Begin(SECOND, List.of(GRANT))).seeds().isEmpty())
                .isTrue();

        var plan = plan(new SeedMark.Begin(FIRST, List.of(GRANT)));

        assertThat(plan.seeds().marks()).containsExactly(new SeedMark.Begin(FIRST, List.of(GRANT)));
        assertThat(plan.seeds().alone()).isTrue();
    }

    @Test
    void itDoesNotBeginWhereItsOwnerWasLost() {
        frozen = true;

        var plan = plan(new SeedMark.Begin(FIRST, List.of(GRANT)));

        assertThat(plan.seeds().marks()).isEmpty();
        assertThat(plan.seeds().failed()).containsExactly(new Seeds.Failed(SHARD, "sd-1", 1, "its owner was lost"));
    }

    @Test
    void onceBegunRowsTakeEffectLenientlyAlthoughTheCopyIsBroken() {
        receiving();
        var halfKnown = new RowChange.Insert(TABLE, SHARD, List.of(Value.of("k"), Value.UNCHANGED));

        var plan = plan(insert(SHARD), halfKnown, new SeedMark.Rows(FIRST, 2));

        assertThat(plan.rows()).containsExactly(insert(SHARD), halfKnown);
        assertThat(plan.seeds().lenient()).containsExactly(SHARD);
        assertThat(plan.seeds().marks()).containsExactly(new SeedMark.Rows(FIRST, 2));
        assertThat(plan.seeds().alone()).isFalse();
        assertThat(plan.heads()).isEqualTo(Map.of(SHARD, new ShardHead.At(Epoch.of(3), EAST, position(20), false)));
        assertThat(plan.stops()).isEmpty();
    }

    @Test
    void aCloseBeforeTheEndEndsTheAttemptAndWhatFollowsIsPassedOver() {
        receiving();

        var plan = plan(insert(SHARD), new Marker.Close(SHARD, Epoch.of(3), Epoch.of(4)), new SeedMark.End(FIRST, 1));

        assertThat(plan.rows()).containsExactly(insert(SHARD));
        assertThat(plan.seeds().marks()).isEmpty();
        assertThat(plan.seeds().failed())
                .singleElement()
                .satisfies(failed -> assertThat(failed.reason()).contains("closed it before all was told"));
        assertThat(plan.stops()).isEmpty();
    }

    @Test
    void rowsThatThisStoreRefusesEndTheAttemptAndParkNothing() {
        receiving();
        hindrances.put(SHARD, new RecordPlanner.Hindrance(Waiting.REFUSED, "no such column"));

        var plan = plan(insert(SHARD));

        assertThat(plan.parks()).isEmpty();
        assertThat(plan.seeds().failed())
                .singleElement()
                .satisfies(failed -> assertThat(failed.reason()).contains("no such column"));
    }

    @Test
    void whatIsBehindAFailureInTheSameGroupIsPassedOver() {
        receiving();
        var ahead = new ShardsAhead(shards());
        ahead.add(plan(new Marker.Close(SHARD, Epoch.of(3), Epoch.of(4))));

        var plan = (RecordPlanner.Plan.Apply)
                RecordPlanner.plan(record(30, insert(SHARD)), ahead, RecordPlanner.Patience.PARK);

        assertThat(plan.hasEffect()).isFalse();
    }

    @Test
    void toARegionThatItIsNotMeantForAMarkIsARecordWithoutEffect() {
        heads.put(OTHER, new ShardHead.At(Epoch.of(3), EAST, position(10), false));
        var mark = new SeedMark.Begin(new SeedMark.Attempt("sd-2", 1, OTHER, RegionId.of("north")), List.of());

        var plan = plan(mark);

        assertThat(plan.seeds().isEmpty()).isTrue();
        assertThat(plan.heads()).containsOnlyKeys(OTHER);
    }

    @Test
    void rowsThatWereToldAnewOutsideTheLineageAreNobodysWrite() {
        heads.put(OTHER, new ShardHead.At(Epoch.of(5), WEST, position(10), false));
        var mark = new SeedMark.Rows(new SeedMark.Attempt("sd-2", 1, OTHER, RegionId.of("north")), 1);

        assertThat(plan(insert(OTHER)).strays().found()).hasSize(1);
        assertThat(plan(insert(OTHER), mark).strays().found()).isEmpty();
    }

    private void receiving() {
        phase = Taking.Phase.RECEIVING;
        heads.put(SHARD, new ShardHead.Broken(new ShardHead.At(Epoch.of(3), EAST, position(10), false)));
    }

    private RecordPlanner.Plan.Apply plan(Entry... entries) {
        return (RecordPlanner.Plan.Apply)
                RecordPlanner.plan(record(20, entries), shards(), RecordPlanner.Patience.PARK);
    }

    private static SourceRecord record(long lsn, Entry... entries) {
        return new SourceRecord(
                EAST,
                1,
                position(lsn),
                1,
                Optional.empty(),
                List.of(1),
                0,
                Map.of(SHARD, Epoch.of(3), OTHER, Epoch.of(3)),
                List.of(entries));
    }

    private static RowChange insert(ShardId shard) {
        return new RowChange.Insert(TABLE, shard, List.of(Value.of("k" + shard), Value.of("v")));
    }

    private static Position position(long lsn) {
        return new Position("e", lsn, 0);
    }

    private RecordPlanner.Shards shards() {
        return new RecordPlanner.Shards() {
            @Override
            public ShardHead head(ShardId shard) {
                return heads.getOrDefault(shard, new ShardHead.None());
            }

            @Override
            public boolean stopped(ShardId shard) {
                return false;
            }

            @Override
            public Optional<RecordPlanner.Hindrance> hindrance(ShardId shard) {
                return Optional.ofNullable(hindrances.get(shard));
            }

            @Override
            public boolean frozen(ShardId shard, ShardHead.At next) {
                return frozen;
            }

            @Override
            public Optional<KnownLineage> known(ShardId shard) {
                return Optional.of(new KnownLineage(
                        WEST,
                        Lineage.ofKnown(List.of(
                                new Ownership.Grant(shard, Epoch.of(1), WEST, new Base.None()),
                                new Ownership.Grant(
                                        shard, Epoch.of(5), WEST, new Base.At(WEST, Epoch.of(1), position(5))))),
                        false));
            }

            @Override
            public boolean awaitsTaking(ShardId shard) {
                return unseeded && head(shard) instanceof ShardHead.None;
            }

            @Override
            public Optional<Taking> taking(ShardId shard) {
                return shard.equals(SHARD)
                        ? Optional.of(new Taking("sd-1", 1, EAST, phase, false, 1))
                        : Optional.empty();
            }
        };
    }
}
