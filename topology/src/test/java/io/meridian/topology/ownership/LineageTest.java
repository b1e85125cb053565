package io.meridian.topology.ownership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class LineageTest {
    /** Epoch 3 was never opened, so 5 builds on what 3 built on; 7 builds on 5. */
    static final Lineage MOVED_TWICE = Lineage.of(List.of(
            grant(1, "east", new Base.None()),
            grant(3, "west", base("east", 1, 100)),
            grant(5, "north", base("east", 1, 100)),
            grant(7, "east", base("north", 5, 40))));

    record Case(String name, long epoch, Position position, long of, boolean history) {}

    static final List<Case> CASES = List.of(
            new Case("a record of the epoch itself", 7, at("east", 900), 7, true),
            new Case("up to the base of the epoch before", 5, at("north", 40), 7, true),
            new Case("behind that base", 5, at("north", 41), 7, false),
            new Case("two bases back", 1, at("east", 100), 7, true),
            new Case("two bases back, too late", 1, at("east", 101), 7, false),
            new Case("an LSN above 2^63 is later, not earlier", 1, at("east", -1), 7, false),
            new Case("an epoch that nothing builds on", 3, at("west", 1), 7, false),
            new Case("an epoch that nothing builds on, of itself", 3, at("west", 1), 3, true),
            new Case("a later epoch", 7, at("east", 1), 5, false),
            new Case("a position of another incarnation", 5, new Position("north-new", 1, 0), 7, false),
            new Case("an epoch that was never granted", 7, at("east", 1), 9, false),
            new Case("part 1 at the LSN of a base of part 0", 5, new Position("north-i", 40, 1), 7, false));

    @ParameterizedTest
    @FieldSource("CASES")
    void recordIsHistoryWhenTheBasesLeadToIt(Case c) {
        var standing = MOVED_TWICE.standing(Epoch.of(c.epoch()), c.position(), Epoch.of(c.of()));

        assertThat(standing instanceof Lineage.Standing.History)
                .as(c.name() + ": " + standing)
                .isEqualTo(c.history());
    }

    @Test
    void lineageGrowsWithEachGrant() {
        var grown = Lineage.of(List.of(grant(1, "east", new Base.None()))).with(grant(3, "west", base("east", 1, 5)));

        assertThat(grown.standing(Epoch.FIRST, at("east", 5), Epoch.of(3))).isEqualTo(new Lineage.Standing.History());
    }

    @Test
    void grantThatIsNotAboveTheOthersIsADefect() {
        assertThatThrownBy(() -> MOVED_TWICE.with(grant(7, "west", base("north", 5, 40))))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void grantThatBuildsOnAnUnknownEpochIsADefect() {
        assertThatThrownBy(() -> Lineage.of(List.of(grant(5, "west", base("east", 3, 1)))))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void grantsOfTwoShardsAreADefect() {
        var other = new Ownership.Grant(ShardId.of(18), Epoch.of(3), RegionId.of("west"), base("east", 1, 5));

        assertThatThrownBy(() -> Lineage.of(List.of(grant(1, "east", new Base.None()), other)))
                .isInstanceOf(IllegalStateException.class);
    }

    private static Ownership.Grant grant(long epoch, String owner, Base base) {
        return new Ownership.Grant(ShardId.of(17), Epoch.of(epoch), RegionId.of(owner), base);
    }

    private static Base base(String region, long epoch, long lsn) {
        return new Base.At(RegionId.of(region), Epoch.of(epoch), at(region, lsn));
    }

    private static Position at(String region, long lsn) {
        return new Position(region + "-i", lsn, 0);
    }
}
