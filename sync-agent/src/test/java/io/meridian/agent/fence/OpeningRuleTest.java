package io.meridian.agent.fence;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class OpeningRuleTest {
    private static final RegionId EAST = RegionId.of("east");
    private static final RegionId WEST = RegionId.of("west");
    private static final ShardId SHARD = ShardId.of(17);
    private static final Position CLOSE = new Position("west-1", 1000, 0);
    private static final Base FROM_WEST = new Base.At(WEST, Epoch.of(1), CLOSE);
    private static final Base FROM_EAST = new Base.At(EAST, Epoch.of(1), CLOSE);

    record Case(String name, Ownership.Grant grant, long known, OpeningRule.Facts facts, String obstacle) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final List<Case> CASES = List.of(
            new Case("a first grant", grant(1, new Base.None()), 7, facts(0, null, null), ""),
            new Case("when the base was applied", grant(3, FROM_WEST), 7, facts(2, closed(1, CLOSE), null), ""),
            new Case("when the base is our own close", grant(3, FROM_EAST), 7, facts(2, null, CLOSE), ""),
            new Case(
                    "not another's grant",
                    grant(1, new Base.None(), WEST),
                    7,
                    facts(0, null, null),
                    "it is granted to west"),
            new Case(
                    "not with old knowledge",
                    grant(1, new Base.None()),
                    4,
                    facts(0, null, null),
                    "known revision 4 is older than the lease's 5"),
            new Case(
                    "not at the row's epoch",
                    grant(1, new Base.None()),
                    7,
                    facts(2, null, null),
                    "the fence has reached epoch 2"),
            new Case("not what is open", grant(5, new Base.None()), 7, open(3), "the fence is open at epoch 3"),
            new Case(
                    "not at the head's epoch",
                    grant(3, FROM_WEST),
                    7,
                    facts(2, closed(3, CLOSE), null),
                    "the head has reached epoch 3"),
            new Case("not without the base", grant(3, FROM_WEST), 7, facts(2, null, null), "its base is not in"),
            new Case(
                    "not before the close is applied",
                    grant(3, FROM_WEST),
                    7,
                    facts(2, running(1, CLOSE), null),
                    "its base is not in"),
            new Case("on a cut behind which nothing comes", grant(3, FROM_WEST), 7, cut(1, CLOSE, true, true), ""),
            new Case(
                    "not on a cut behind which more may come",
                    grant(3, FROM_WEST),
                    7,
                    cut(1, CLOSE, false, true),
                    "its base is not in as a cut"),
            new Case(
                    "not on a cut while writes are not noted",
                    grant(3, FROM_WEST),
                    7,
                    cut(1, CLOSE, true, false),
                    "its base is a cut at"),
            new Case(
                    "not short of the cut",
                    grant(3, FROM_WEST),
                    7,
                    cut(1, new Position("west-1", 999, 0), true, true),
                    "its base is not in: west"),
            new Case(
                    "not on another incarnation's close",
                    grant(3, FROM_WEST),
                    7,
                    facts(2, closed(1, new Position("west-2", 1000, 0)), null),
                    "its base is not in"),
            new Case(
                    "not on a close elsewhere",
                    grant(3, FROM_EAST),
                    7,
                    facts(2, null, new Position("west-1", 999, 0)),
                    "its base is not in"),
            new Case(
                    "own markers prove nothing of others",
                    grant(3, FROM_WEST),
                    7,
                    facts(2, null, CLOSE),
                    "its base is not in"));

    @ParameterizedTest
    @FieldSource("CASES")
    void opens(Case c) {
        assertThat(OpeningRule.obstacle(c.grant(), EAST, c.known(), c.facts()).orElse(""))
                .startsWith(c.obstacle());
        assertThat(OpeningRule.obstacle(c.grant(), EAST, c.known(), c.facts()).isEmpty())
                .isEqualTo(c.obstacle().isEmpty());
    }

    private static Ownership.Grant grant(long epoch, Base base) {
        return grant(epoch, base, EAST);
    }

    private static Ownership.Grant grant(long epoch, Base base, RegionId owner) {
        return new Ownership.Grant(SHARD, Epoch.of(epoch), owner, base);
    }

    private static ShardHead closed(long epoch, Position position) {
        return new ShardHead(SHARD, Epoch.of(epoch), WEST, position, true);
    }

    private static ShardHead running(long epoch, Position position) {
        return new ShardHead(SHARD, Epoch.of(epoch), WEST, position, false);
    }

    private static OpeningRule.Facts cut(long epoch, Position position, boolean headEnds, boolean unclean) {
        return new OpeningRule.Facts(
                FenceState.CLOSED,
                Epoch.of(2),
                Optional.of(running(epoch, position)),
                Optional.empty(),
                5,
                headEnds,
                unclean,
                false);
    }

    private static OpeningRule.Facts open(long epoch) {
        return new OpeningRule.Facts(FenceState.OPEN, Epoch.of(epoch), Optional.empty(), Optional.empty(), 5);
    }

    private static OpeningRule.Facts facts(
            long epoch,
            @org.jspecify.annotations.Nullable ShardHead head,
            @org.jspecify.annotations.Nullable Position ownClose) {
        return new OpeningRule.Facts(
                FenceState.CLOSED, Epoch.of(epoch), Optional.ofNullable(head), Optional.ofNullable(ownClose), 5);
    }
}
