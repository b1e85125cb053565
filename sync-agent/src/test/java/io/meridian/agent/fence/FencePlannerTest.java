package io.meridian.agent.fence;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class FencePlannerTest {
    private static final RegionId EAST = RegionId.of("east");
    private static final RegionId WEST = RegionId.of("west");
    private static final ShardId SHARD = ShardId.of(17);
    private static final FencePlan NOTHING = new FencePlan(List.of(), List.of(), List.of());

    record Case(String name, FenceRow row, Ownership desired, FencePlan plan) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final List<Case> CASES = List.of(
            new Case("opens a first grant", closed(0, 0), grant(1, EAST), opens(grant(1, EAST))),
            new Case("leaves an open grant", open(1), grant(1, EAST), NOTHING),
            new Case("closes for a withdrawal", open(1), withdrawal(2, EAST), closes(1, 2, "mv-1")),
            new Case("leaves a closed withdrawal", closed(2, 1), withdrawal(2, EAST), NOTHING),
            new Case("closes for somebody else's later grant", open(1), grant(3, WEST), closes(1, 2, "")),
            new Case("closes before it opens again, never from e to e+2", open(1), grant(3, EAST), closes(1, 2, "")),
            new Case("opens after its close", closed(2, 1), grant(3, EAST), opens(grant(3, EAST))),
            new Case(
                    "closes with the newest withdrawal, not the next",
                    open(1),
                    withdrawal(4, EAST),
                    closes(1, 4, "mv-1")),
            new Case("raises what was never opened", closed(2, 1), withdrawal(4, EAST), raises(4)),
            new Case("raises below others' grants", closed(0, 0), grant(5, WEST), raises(4)),
            new Case("leaves others' first grants", closed(0, 0), grant(1, WEST), NOTHING),
            new Case("opens from a row that was never raised", closed(0, 0), grant(5, EAST), opens(grant(5, EAST))),
            new Case("ignores knowledge older than the row", closed(4, 3), grant(3, EAST), NOTHING),
            new Case("ignores a withdrawal older than the row", open(5), withdrawal(4, EAST), NOTHING));

    @ParameterizedTest
    @FieldSource("CASES")
    void plans(Case c) {
        assertThat(FencePlanner.plan(EAST, List.of(c.desired()), Map.of(SHARD, c.row())))
                .isEqualTo(c.plan());
    }

    @ParameterizedTest
    @FieldSource("CLOSED")
    void whatStaysClosedForARunIsToldUntilTheNextGrant(ClosedCase c) {
        assertThat(FencePlanner.closed(EAST, List.of(c.desired()), Map.of(SHARD, c.row())))
                .isEqualTo(c.closed());
    }

    record ClosedCase(String name, FenceRow row, Ownership desired, List<FencePlan.Close> closed) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final List<ClosedCase> CLOSED = List.of(
            new ClosedCase(
                    "closed for the run",
                    closed(2, 1),
                    withdrawal(2, EAST),
                    List.of(new FencePlan.Close(SHARD, Epoch.of(1), Epoch.of(2), "mv-1"))),
            new ClosedCase("not closed yet", open(1), withdrawal(2, EAST), List.of()),
            new ClosedCase("raised without having been opened", closed(4, 1), withdrawal(4, EAST), List.of()),
            new ClosedCase("another region's", closed(2, 1), withdrawal(2, WEST), List.of()),
            new ClosedCase("granted to the next", closed(2, 1), grant(3, WEST), List.of()));

    private static FenceRow open(long epoch) {
        return new FenceRow(
                SHARD, Epoch.of(epoch), FenceState.OPEN, Epoch.of(epoch), Optional.empty(), Optional.empty());
    }

    private static FenceRow closed(long epoch, long owned) {
        return new FenceRow(
                SHARD, Epoch.of(epoch), FenceState.CLOSED, Epoch.of(owned), Optional.empty(), Optional.empty());
    }

    private static Ownership.Grant grant(long epoch, RegionId owner) {
        return new Ownership.Grant(SHARD, Epoch.of(epoch), owner, new Base.None());
    }

    private static Ownership.Withdrawal withdrawal(long epoch, RegionId owner) {
        return new Ownership.Withdrawal(SHARD, Epoch.of(epoch), grant(epoch - 1, owner), "mv-1");
    }

    private static FencePlan closes(long closes, long epoch, String run) {
        return new FencePlan(
                List.of(new FencePlan.Close(SHARD, Epoch.of(closes), Epoch.of(epoch), run)), List.of(), List.of());
    }

    private static FencePlan raises(long epoch) {
        return new FencePlan(List.of(), List.of(new FencePlan.Raise(SHARD, Epoch.of(epoch))), List.of());
    }

    private static FencePlan opens(Ownership.Grant grant) {
        return new FencePlan(List.of(), List.of(), List.of(grant));
    }
}
