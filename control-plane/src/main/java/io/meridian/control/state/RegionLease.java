package io.meridian.control.state;

import io.meridian.topology.RegionId;

/**
 * The durable half of the lease of one region's store of a group. When it was renewed is the leader's to know, on its monotonic clock. PROTOCOL 2.
 *
 * @param generation ended by revoking only; a lease that merely ran out is renewed in the same generation
 * @param renewals how many were applied: lets a watcher see that one more was
 */
public record RegionLease(RegionId region, long generation, Lease lease, Data data, long renewals) {
    public enum Lease {
        ACTIVE,
        REVOKING,
        EXPIRED
    }

    public enum Data {
        RECONCILED,
        REJOINING
    }

    static RegionLease first(RegionId region) {
        return new RegionLease(region, 1, Lease.ACTIVE, Data.RECONCILED, 0);
    }

    RegionLease renewed() {
        return new RegionLease(region, generation, lease, data, renewals + 1);
    }
}
