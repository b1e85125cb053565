package io.meridian.control.rest;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RegionLease;
import io.meridian.control.switching.Run;
import io.meridian.topology.StoreId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What to fetch again.
 *
 * @param runs those that are new or went on
 */
record Change(
        long revision,
        List<String> runs,
        boolean shards,
        boolean topology,
        boolean regions,
        boolean seedings,
        boolean drills) {
    /** States share what did not change, so this is a comparison of identities. */
    static Change between(ControlState told, ControlState now) {
        List<String> runs = now.runs().stream()
                .filter(run ->
                        told.run(run.id()).filter(before -> before == run).isEmpty())
                .map(Run::id)
                .toList();
        return new Change(
                now.revision().number(),
                runs,
                told.shards() != now.shards(),
                !told.declared().equals(now.declared()),
                !told.agents().equals(now.agents())
                        || !told.routers().equals(now.routers())
                        || !told.losses().equals(now.losses())
                        || !told.seedings().unfit().equals(now.seedings().unfit())
                        || !told.automatic().equals(now.automatic())
                        || !leases(told).equals(leases(now)),
                !told.seedings().equals(now.seedings()),
                told.drills() != now.drills());
    }

    /** Without the renewals, of which there are many. */
    private static Map<StoreId, RegionLease.Lease> leases(ControlState state) {
        var leases = new TreeMap<StoreId, RegionLease.Lease>();
        state.leases().forEach((store, lease) -> leases.put(store, lease.lease()));
        return leases;
    }

    @JsonIgnore
    boolean empty() {
        return runs.isEmpty() && !shards && !topology && !regions && !seedings && !drills;
    }
}
