package io.meridian.conflict;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Lineage;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * East owned epoch 1 and was lost; west has epoch 3 from east's record 50 on and was lost, too; north has epoch 5 from west's record 40 on. Another branch is
 * epoch 7, built on east's 50 by one that had not heard of west.
 */
class LostRegionVerdictTest {
    private static final RegionId NORTH = RegionId.of("north");
    private static final Lineage CHAINED = Lineage.ofKnown(List.of(
            grant(1, "east", new Base.None()),
            grant(3, "west", on(1, "east", 50)),
            grant(5, "north", on(3, "west", 40))));
    private static final Lineage WEST_LEFT_OUT = CHAINED.learned(grant(7, "north", on(1, "east", 50)));
    private static final Lineage SECOND_HALF = Lineage.ofKnown(List.of(grant(5, "north", on(3, "west", 40))));

    record Case(
            String name,
            Lineage lineage,
            String here,
            boolean turned,
            ShardHead.At head,
            ShardEntry entry,
            String source,
            long at,
            Class<?> then) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final List<Case> OLDER = List.of(
            older("east's last that counts", CHAINED, 5, 1, "east", 50, Verdict.Duplicate.class),
            older("east's first that does not", CHAINED, 5, 1, "east", 51, Verdict.Orphan.class),
            older("west's last that counts", CHAINED, 5, 3, "west", 40, Verdict.Duplicate.class),
            older("west's first that does not", CHAINED, 5, 3, "west", 41, Verdict.Orphan.class),
            older("all of west's, in the other branch", WEST_LEFT_OUT, 7, 3, "west", 1, Verdict.Orphan.class),
            older("east's last, in the other branch", WEST_LEFT_OUT, 7, 1, "east", 50, Verdict.Duplicate.class),
            older("of an epoch whose grant is not known", SECOND_HALF, 5, 1, "east", 10, Verdict.OutsideLineage.class));

    static final List<Case> CLOSES = List.of(
            close("of an epoch that was cut", CHAINED, 5, 1, "east", 60, Verdict.Duplicate.class),
            close("of an epoch that is left out", WEST_LEFT_OUT, 7, 3, "west", 60, Verdict.Duplicate.class),
            close("of one that nothing is known of", SECOND_HALF, 5, 1, "east", 60, Verdict.OutsideLineage.class));

    static final List<Case> OPENS = List.of(
            open(
                    "all up to the cut is in",
                    "south",
                    false,
                    head(1, "east", 50),
                    3,
                    on(1, "east", 50),
                    Verdict.History.class),
            open(
                    "something is missing",
                    "south",
                    false,
                    head(1, "east", 49),
                    3,
                    on(1, "east", 50),
                    Verdict.AwaitsBase.class),
            open(
                    "more than the cut is in",
                    "south",
                    false,
                    head(1, "east", 51),
                    3,
                    on(1, "east", 50),
                    Verdict.Surplus.class),
            open(
                    "the CLOSE came besides",
                    "south",
                    false,
                    closed(1, "east", 60),
                    3,
                    on(1, "east", 50),
                    Verdict.Surplus.class),
            open(
                    "the CLOSE lies before the base",
                    "south",
                    false,
                    closed(1, "east", 40),
                    3,
                    on(1, "east", 50),
                    Verdict.OutsideLineage.class),
            open(
                    "the lost one's own tail is not known",
                    "east",
                    false,
                    head(1, "east", 9),
                    3,
                    on(1, "east", 50),
                    Verdict.AwaitsBase.class),
            open(
                    "not even where its marker is the base",
                    "east",
                    false,
                    head(1, "east", 50),
                    3,
                    on(1, "east", 50),
                    Verdict.AwaitsBase.class),
            open(
                    "the lost one's own tail is captured",
                    "east",
                    false,
                    closed(1, "east", 60),
                    3,
                    on(1, "east", 50),
                    Verdict.Surplus.class),
            open(
                    "the lost one was turned back",
                    "east",
                    true,
                    head(1, "east", 50),
                    3,
                    on(1, "east", 50),
                    Verdict.History.class),
            open(
                    "turned back further than this asks for",
                    "south",
                    true,
                    head(1, "east", 40),
                    3,
                    on(1, "east", 50),
                    Verdict.OutsideLineage.class),
            open(
                    "a branch that is left out",
                    "south",
                    false,
                    head(3, "west", 30),
                    7,
                    on(1, "east", 50),
                    Verdict.Surplus.class),
            open(
                    "the branch is this one's own",
                    "west",
                    false,
                    head(3, "west", 2),
                    7,
                    on(1, "east", 50),
                    Verdict.AwaitsBase.class),
            open(
                    "the branch lacks a part of the base",
                    "south",
                    false,
                    head(3, "west", 30),
                    7,
                    on(1, "east", 55),
                    Verdict.OutsideLineage.class),
            open(
                    "its base's epoch has not come",
                    "south",
                    false,
                    head(1, "east", 50),
                    5,
                    on(3, "west", 40),
                    Verdict.AwaitsBase.class));

    @ParameterizedTest
    @FieldSource({"OLDER", "CLOSES", "OPENS"})
    void lineageTellsWhatCounts(Case c) {
        var known = new KnownLineage(RegionId.of(c.here()), c.lineage(), c.turned());

        var verdict = RecordClassifier.ofShard(
                c.head(), c.entry(), RegionId.of(c.source()), at(c.source(), c.at()), () -> Optional.of(known));

        assertThat(verdict).isInstanceOf(c.then());
        if (verdict instanceof Verdict.Surplus surplus) {
            assertThat(surplus.from()).isEqualTo(c.head());
        }
    }

    private static Case older(
            String name, Lineage lineage, long head, long epoch, String source, long at, Class<?> then) {
        return new Case(
                name,
                lineage,
                "south",
                false,
                head(head, "north", 5),
                new ShardEntry.RowChange(Epoch.of(epoch)),
                source,
                at,
                then);
    }

    private static Case close(
            String name, Lineage lineage, long head, long epoch, String source, long at, Class<?> then) {
        var entry = new ShardEntry.Close(Epoch.of(epoch), Epoch.of(epoch + 1));
        return new Case(name, lineage, "south", false, head(head, "north", 5), entry, source, at, then);
    }

    private static Case open(
            String name, String here, boolean turned, ShardHead.At head, long epoch, Base base, Class<?> then) {
        return new Case(
                name, CHAINED, here, turned, head, new ShardEntry.Open(Epoch.of(epoch), base), NORTH.name(), 7, then);
    }

    private static Ownership.Grant grant(long epoch, String owner, Base base) {
        return new Ownership.Grant(ShardId.of(1), Epoch.of(epoch), RegionId.of(owner), base);
    }

    private static Base.At on(long epoch, String region, long lsn) {
        return new Base.At(RegionId.of(region), Epoch.of(epoch), at(region, lsn));
    }

    private static ShardHead.At head(long epoch, String region, long lsn) {
        return new ShardHead.At(Epoch.of(epoch), RegionId.of(region), at(region, lsn), false);
    }

    private static ShardHead.At closed(long epoch, String region, long lsn) {
        return new ShardHead.At(Epoch.of(epoch), RegionId.of(region), at(region, lsn), true);
    }

    private static Position at(String region, long lsn) {
        return new Position(region + "-1", lsn, 0);
    }
}
