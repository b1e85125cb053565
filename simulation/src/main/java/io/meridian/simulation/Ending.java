package io.meridian.simulation;

import io.meridian.control.state.ControlState;
import io.meridian.control.state.ShardState;
import io.meridian.control.switching.Run;
import io.meridian.simulation.judge.Invariant;
import io.meridian.simulation.judge.Violation;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.util.List;

/** What must be true once nothing fails any more, nobody asks for anything, and there was time. */
final class Ending {
    private Ending() {}

    /** Whether all is as it should be in the end, so that there is nothing to wait for. */
    static boolean quiet(World world, Clients clients) {
        ControlState state = world.log.committed();
        return clients.open() == 0
                && state.activeRuns().isEmpty()
                && state.shards().stream().allMatch(shard -> open(world, shard) && equal(world, shard.shard()));
    }

    private static boolean open(World world, ShardState shard) {
        return shard.frozenBy().isEmpty()
                && world.region(shard.region().name()).store().admits(shard.shard());
    }

    private static boolean equal(World world, ShardId shard) {
        return world.regions.values().stream()
                .allMatch(region -> region.store().copied(shard) == world.truth.size(shard));
    }

    static void check(World world, Clients clients) {
        ControlState state = world.log.committed();
        for (Run run : state.activeRuns()) {
            throw new Violation(
                    Invariant.EVERYTHING_ENDS,
                    run.id() + " has not ended: " + run.state()
                            + run.problem().map(why -> "; " + why).orElse(""));
        }
        Violation.unless(
                clients.open() == 0, Invariant.EVERYTHING_ENDS, () -> clients.open() + " requests have no answer");
        for (ShardState shard : state.shards()) {
            Violation.unless(
                    open(world, shard),
                    Invariant.EVERYTHING_ENDS,
                    () -> "shard " + shard.shard() + " takes no writes: " + shard + "; its fence: "
                            + world.region(shard.region().name()).store().fence(shard.shard()) + ", "
                            + world.region(shard.region().name()).store().lease());
            List<RegionId> behind = world.regions.values().stream()
                    .filter(region -> region.store().copied(shard.shard()) != world.truth.size(shard.shard()))
                    .map(World.Region::id)
                    .toList();
            Violation.unless(
                    behind.isEmpty(),
                    Invariant.CONVERGENCE,
                    () -> behind + " do not hold all " + world.truth.size(shard.shard()) + " writes of shard "
                            + shard.shard());
        }
    }
}
