package io.meridian.simulation.rules;

import io.meridian.agent.fence.FencePlan;
import io.meridian.agent.fence.FencePlanner;
import io.meridian.agent.fence.FenceRow;
import io.meridian.agent.fence.FenceState;
import io.meridian.agent.fence.OpeningRule;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decision;
import io.meridian.control.state.ControlState;
import io.meridian.simulation.engine.Chance;
import io.meridian.simulation.store.Fence;
import io.meridian.simulation.store.Lease;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Flaws in PROTOCOL 1. */
final class FenceMutants {
    private FenceMutants() {}

    static Rules closerWithoutGate() {
        return new Rules() {
            @Override
            public boolean closerWaits() {
                return false;
            }
        };
    }

    static Rules readBeforeTheGate() {
        return new Rules() {
            @Override
            public Fence rowRead(Fence whenAsked, Fence behindTheGate) {
                return whenAsked;
            }
        };
    }

    static Rules openingTimeIgnored() {
        return new Rules() {
            @Override
            public Optional<String> refusal(Fence fence, Lease lease, long nowMicros, long begunMicros) {
                return Rules.super.refusal(fence, lease, nowMicros, nowMicros);
            }
        };
    }

    static Rules markerInItsOwnTransaction() {
        return new Rules() {
            @Override
            public long markerLagMicros(Chance chance) {
                return 1_000 + chance.below(20_000);
            }
        };
    }

    static Rules fenceGoesBack() {
        return new Rules() {
            @Override
            public FencePlan plan(RegionId here, Collection<Ownership> desired, Map<ShardId, FenceRow> rows) {
                FencePlan plan = Rules.super.plan(here, desired, rows);
                List<FencePlan.Close> closings = desired.stream()
                        .filter(ownership -> {
                            FenceRow row = rows.get(ownership.shard());
                            return row != null
                                    && row.open()
                                    && !(ownership instanceof Ownership.Grant grant
                                            && grant.epoch().equals(row.epoch()));
                        })
                        .map(ownership -> new FencePlan.Close(
                                ownership.shard(),
                                rows.getOrDefault(ownership.shard(), missing(ownership.shard()))
                                        .epoch(),
                                FencePlanner.newestWithdrawal(ownership),
                                ""))
                        .toList();
                return new FencePlan(closings, plan.raises(), plan.openings());
            }

            @Override
            public boolean closes(Fence row, FencePlan.Close close) {
                return row.open();
            }
        };
    }

    private static FenceRow missing(ShardId shard) {
        return new FenceRow(shard, Epoch.NEVER, FenceState.CLOSED, Epoch.NEVER, Optional.empty(), Optional.empty());
    }

    static Rules closerSkipsRows() {
        return new Rules() {
            @Override
            public FencePlan plan(RegionId here, Collection<Ownership> desired, Map<ShardId, FenceRow> rows) {
                FencePlan plan = Rules.super.plan(here, desired, rows);
                return new FencePlan(
                        plan.closings().stream()
                                .filter(close -> close.shard().number() % 2 == 0)
                                .toList(),
                        plan.raises(),
                        plan.openings());
            }

            @Override
            public FencePlan withdrawals(RegionId here, Collection<Ownership> desired, Map<ShardId, FenceRow> rows) {
                return new FencePlan(List.of(), List.of(), List.of());
            }
        };
    }

    /** What it remembers of its plan, with the last position that it knows. */
    static Rules reportsItsIntention() {
        return new Rules() {
            @Override
            public FenceRow reported(
                    FenceRow committed, Optional<FencePlan.Close> intended, Optional<Position> lastCaptured) {
                boolean closing = committed.open()
                        && intended.filter(close -> close.closes().equals(committed.epoch()))
                                .isPresent();
                return closing
                        ? new FenceRow(
                                committed.shard(),
                                intended.orElseThrow().epoch(),
                                FenceState.CLOSED,
                                committed.epoch(),
                                lastCaptured,
                                committed.openedAt())
                        : committed;
            }
        };
    }

    /** Each alone is caught by the other: the re-check at the opening is there for grants that come too early. */
    static Rules opensBlindly() {
        Rules early = SwitchMutants.activatesWithoutHeads();
        return new Rules() {
            @Override
            public Decision decide(ControlState state, Command command) {
                return early.decide(state, command);
            }

            @Override
            public Optional<String> obstacle(
                    Ownership.Grant grant, RegionId here, long knownRevision, OpeningRule.Facts facts) {
                return grant.owner().equals(here)
                                && facts.state() != FenceState.OPEN
                                && grant.epoch().isAbove(facts.epoch())
                        ? Optional.empty()
                        : Optional.of("not to be opened");
            }
        };
    }
}
