package io.meridian.simulation.rules;

import io.meridian.agent.fence.FencePlan;
import io.meridian.agent.fence.FenceRow;
import io.meridian.simulation.store.Fence;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Ownership;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Flaws in PROTOCOL 2. */
final class LeaseMutants {
    private LeaseMutants() {}

    static Rules leaseFromNowOn() {
        return new Rules() {
            @Override
            public long leaseEndMicros(long askedMicros, long nowMicros, long durationMicros) {
                return nowMicros + durationMicros;
            }
        };
    }

    static Rules renewalFromCache() {
        return new Rules() {
            @Override
            public boolean renewalFromCache() {
                return true;
            }
        };
    }

    static Rules renewalUnverified() {
        return new Rules() {
            @Override
            public List<ShardId> fencesBehind(Collection<Ownership> known, SortedMap<ShardId, Fence> rows) {
                return List.of();
            }
        };
    }

    static Rules renewalLooksAtOpenRows() {
        return new Rules() {
            @Override
            public FencePlan withdrawals(RegionId here, Collection<Ownership> desired, Map<ShardId, FenceRow> rows) {
                return new FencePlan(
                        Rules.super.withdrawals(here, desired, rows).closings(), List.of(), List.of());
            }

            @Override
            public List<ShardId> fencesBehind(Collection<Ownership> known, SortedMap<ShardId, Fence> rows) {
                return Rules.super.fencesBehind(known, rows).stream()
                        .filter(shard -> rows.containsKey(shard) && rows.get(shard) instanceof Fence row && row.open())
                        .toList();
            }
        };
    }

    static Rules takeoverWithoutDrift() {
        return new Rules() {
            @Override
            public long takeoverAfterMicros(long durationMicros, double drift) {
                return Rules.super.takeoverAfterMicros(durationMicros, 0);
            }
        };
    }

    static Rules takeoverWithoutTransactions() {
        return new Rules() {
            @Override
            public long commitsEndAfterMicros(long transactionLimitMicros, double drift) {
                return 0;
            }
        };
    }

    static Rules leaderInheritsReadings() {
        return new Rules() {
            @Override
            public boolean leaderInheritsReadings() {
                return true;
            }
        };
    }
}
