package io.meridian.simulation.agent;

import io.meridian.agent.feed.DesiredState;
import io.meridian.agent.fence.FencePlan;
import io.meridian.agent.hashing.HashTaken;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Ownership;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;

/** {@code SnapshotHasher}: what a shard held right behind its CLOSE and right before its OPEN. Memory only: a crash loses what was not told. */
final class Hashes {
    private final Site site;
    private final SimAgent agent;
    private final List<HashTaken> taken = new ArrayList<>();

    Hashes(Site site, SimAgent agent) {
        this.site = site;
        this.agent = agent;
    }

    void before(Collection<FencePlan.Close> closed) {
        closed.stream().filter(close -> !close.run().isEmpty()).forEach(close -> {
            taken.add(hash(close.run(), HashTaken.Moment.BEFORE, close.shard()));
        });
    }

    void after(Collection<Ownership.Grant> opened) {
        for (Ownership.Grant grant : opened) {
            for (DesiredState.Awaited awaited : agent.desired().awaited()) {
                if (awaited.shard().equals(grant.shard()) && grant.base().equals(awaited.close())) {
                    taken.add(hash(awaited.run(), HashTaken.Moment.AFTER, grant.shard()));
                }
            }
        }
    }

    private HashTaken hash(String run, HashTaken.Moment moment, ShardId shard) {
        SortedMap<Integer, Long> rows = site.store().rowsOf(shard);
        return new HashTaken(run, moment, shard, rows.size(), Integer.toHexString(rows.hashCode()), "");
    }

    int size() {
        return taken.size();
    }

    List<HashTaken> since(int told) {
        return List.copyOf(taken.subList(told, taken.size()));
    }
}
