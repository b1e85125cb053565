package io.meridian.control.pinning;

import io.meridian.control.state.ControlState;
import io.meridian.control.state.DeclaredTopology;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardFunction;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.time.Instant;
import java.util.Optional;

/**
 * Requests of some users go to {@code zone}, for as long as its region owns their shards: another region's fence would refuse them. Nothing else of
 * them changes, neither shard nor owner.
 *
 * @param key a user's key, or with {@code prefix} what the keys of a population begin with
 * @param until then it is taken away by itself
 */
public record Pin(String name, String key, boolean prefix, ZoneId zone, Instant until) {
    /** Of one user's key: whether it leads to the zone now, as the shard's owner is in the zone's region. */
    public boolean holds(ControlState state) {
        Optional<Topology> topology = state.declared().map(DeclaredTopology::topology);
        Optional<RegionId> region =
                topology.flatMap(declared -> declared.zone(zone)).map(Topology.Zone::region);
        return region.isPresent()
                && state.shard(new ShardFunction(topology.get().shards()).shardOf(key))
                        .region()
                        .equals(region.get());
    }

    /** In words: {@code keys that begin with 'stress-' to east-2 until 2026-01-01T00:00:00Z}. */
    public String inWords() {
        return (prefix ? "keys that begin with '" : "key '") + key + "' to " + zone + " until " + until;
    }
}
