package io.meridian.simulation;

import io.meridian.control.state.ControlState;
import io.meridian.control.state.ShardState;
import io.meridian.control.switching.Run;
import io.meridian.simulation.judge.Invariant;
import io.meridian.simulation.judge.Violation;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** What must be true once nothing fails any more, nobody asks for anything, and there was time. */
final class Ending {
    private Ending() {}

    /** Whether all is as it should be in the end, so that there is nothing to wait for. */
    static boolean quiet(World world, Clients clients) {
        ControlState state = world.log.committed();
        return clients.open() == 0
                && state.activeRuns().isEmpty()
                && state.losses().stores().isEmpty()
                && state.shards().stream()
                        .allMatch(shard -> open(world, shard)
                                && equal(world, shard.shard())
                                && lostSilently(world, shard.shard()).isEmpty());
    }

    private static boolean open(World world, ShardState shard) {
        return shard.frozenBy().isEmpty()
                && world.region(shard.region().name()).store().admits(shard.shard());
    }

    private static boolean equal(World world, ShardId shard) {
        return world.regions.values().stream().allMatch(region -> holdsAll(world, region, shard));
    }

    private static boolean holdsAll(World world, World.Region region, ShardId shard) {
        return region.store().copied(shard) == world.truth.size(shard)
                && region.store().rowsOf(shard).equals(world.truth.rows(shard));
    }

    /** What is in no lineage, and not a decided orphan in every region. */
    private static List<String> lostSilently(World world, ShardId shard) {
        var lost = new ArrayList<String>();
        for (World.Region region : world.regions.values()) {
            SortedMap<Long, Boolean> orphans = region.store().orphans().decidedById(shard);
            for (Long id : world.truth.outside(shard)) {
                Boolean decided = orphans.get(id);
                if (decided == null) {
                    lost.add(region.id() + " does not know write " + id);
                } else if (!decided) {
                    lost.add(region.id() + " does not know what became of write " + id);
                }
            }
        }
        return lost;
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
                    .filter(region -> !holdsAll(world, region, shard.shard()))
                    .map(World.Region::id)
                    .toList();
            Violation.unless(
                    behind.isEmpty(),
                    Invariant.CONVERGENCE,
                    () -> behind + " do not hold all " + world.truth.size(shard.shard()) + " writes of shard "
                            + shard.shard() + "; rows " + world.truth.rows(shard.shard()) + ", there "
                            + world.regions.values().stream()
                                    .map(region -> region.store().rowsOf(shard.shard()))
                                    .toList());
            List<String> lost = lostSilently(world, shard.shard());
            Violation.unless(
                    lost.isEmpty(), Invariant.ORPHANS_ARE_KEPT, () -> "of shard " + shard.shard() + ": " + lost);
        }
        Violation.unless(
                state.losses().stores().isEmpty(),
                Invariant.EVERY_REGION_RETURNS,
                () -> "still lost: " + state.losses());
    }
}
