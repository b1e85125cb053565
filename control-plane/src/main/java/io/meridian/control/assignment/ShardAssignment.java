package io.meridian.control.assignment;

import io.meridian.control.assignment.planning.Assignment;
import io.meridian.control.assignment.planning.AssignmentPlanner;
import io.meridian.control.state.ShardState;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Who gets which shards when nobody has any: by weight and residency, in contiguous ranges in the order of the zones. */
public final class ShardAssignment {
    private ShardAssignment() {}

    /** What came of it. */
    sealed interface First {
        /** @param shards all, ascending, each granted at epoch 1 on no base */
        record Given(List<ShardState> shards) implements First {}

        /** @param pointer to what stands in the way */
        record NoRoom(String pointer, String why) implements First {}
    }

    static First first(Topology topology) {
        if (topology.shardZones().isEmpty()) {
            return new First.NoRoom("/zones", "no zone is an R zone, so nobody can have the shards; declare one");
        }
        if (topology.residency().isEmpty()) {
            return new First.Given(byWeight(topology));
        }
        return switch (AssignmentPlanner.plan(PlannerInput.first(topology).forPlanner())) {
            case Assignment.Impossible impossible -> new First.NoRoom("/residency", impossible.why());
            case Assignment.Found found -> {
                var shards = new ArrayList<ShardState>();
                for (int zone : found.zoneOf()) {
                    shards.add(granted(shards.size(), topology.shardZones().get(zone)));
                }
                yield new First.Given(shards);
            }
        };
    }

    private static ShardState granted(int number, Topology.Zone zone) {
        var shard = ShardId.of(number);
        var grant = new Ownership.Grant(shard, Epoch.FIRST, zone.region(), new Base.None());
        return new ShardState(shard, grant, zone.id(), Optional.empty(), List.of());
    }

    private static List<ShardState> byWeight(Topology topology) {
        int[] shares = shares(
                topology.shardZones().stream().mapToInt(Topology.Zone::weight).toArray(), topology.shards());
        var shards = new ArrayList<ShardState>();
        for (int i = 0; i < shares.length; i++) {
            Topology.Zone zone = topology.shardZones().get(i);
            for (int taken = 0; taken < shares[i]; taken++) {
                shards.add(granted(shards.size(), zone));
            }
        }
        return shards;
    }

    /**
     * Largest remainder: each gets the whole part of its exact share, and what is left goes to the largest fractions, the earlier one first.
     *
     * @param weights at least one above 0
     */
    static int[] shares(int[] weights, int total) {
        long sum = 0;
        for (int weight : weights) {
            sum += weight;
        }
        if (sum <= 0) {
            throw new IllegalStateException("weights sum to 0");
        }
        int[] shares = new int[weights.length];
        long[] remainders = new long[weights.length];
        var byRemainder = new ArrayList<Integer>();
        int left = total;
        for (int i = 0; i < weights.length; i++) {
            long exact = (long) weights[i] * total;
            shares[i] = (int) (exact / sum);
            remainders[i] = exact % sum;
            left -= shares[i];
            byRemainder.add(i);
        }
        byRemainder.sort(Comparator.comparingLong((Integer i) -> remainders[i]).reversed());
        for (int i = 0; i < left; i++) {
            shares[byRemainder.get(i)]++;
        }
        return shares;
    }
}
