package io.meridian.control.state;

import io.meridian.topology.RegionId;
import io.meridian.topology.StorePlace;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The durable half of the lease of one region's store of a group. When it was renewed is the leader's to know, on its monotonic clock. PROTOCOL 2.
 *
 * @param generation ended by revoking only; a lease that merely ran out is renewed in the same generation
 * @param renewals how many were applied: lets a watcher see that one more was
 * @param longestMillis the longest that any renewal of this generation was for; 0: not known
 * @param store that asked for the last renewal; empty: none did that says which it is
 * @param lapsed it was not renewed for as long as it lasts; the next renewal makes it good again
 * @param renewedMillis when the last renewal was asked for, in milliseconds since 1970, for people; 0: not known
 */
public record RegionLease(
        RegionId region,
        long generation,
        Lease lease,
        Data data,
        long renewals,
        long longestMillis,
        long renewedMillis,
        boolean lapsed,
        Optional<StorePlace> store) {
    public enum Lease {
        ACTIVE,
        /** Renewed no more; over when the last renewal is. */
        REVOKING,
        /** Over for good: only another generation may follow. */
        EXPIRED
    }

    public enum Data {
        RECONCILED,
        /** It may have what the others have not: until it is in line it owns nothing. */
        REJOINING,
        /** It came later than the shards' owners: until it has copies of all, it owns nothing. */
        UNSEEDED
    }

    static RegionLease first(RegionId region) {
        return new RegionLease(region, 1, Lease.ACTIVE, Data.RECONCILED, 0, 0, 0, false, Optional.empty());
    }

    RegionLease renewed(Duration asked, Instant at, Optional<StorePlace> by) {
        return new RegionLease(
                region,
                generation,
                lease,
                data,
                renewals + 1,
                Math.max(longestMillis, asked.toMillis()),
                at.toEpochMilli(),
                false,
                by.or(() -> store));
    }

    RegionLease unseeded() {
        return in(generation, lease, Data.UNSEEDED);
    }

    /** It has copies of all; nothing was lost, so the generation goes on. */
    RegionLease seeded() {
        return data == Data.UNSEEDED ? in(generation, lease, Data.RECONCILED) : this;
    }

    RegionLease ranOut() {
        return new RegionLease(region, generation, lease, data, renewals, longestMillis, renewedMillis, true, store);
    }

    RegionLease revoked() {
        return in(generation, Lease.REVOKING, data);
    }

    RegionLease expired() {
        return in(generation, Lease.EXPIRED, Data.REJOINING);
    }

    /** A new generation follows. */
    RegionLease reconciled() {
        return in(generation + 1, Lease.ACTIVE, Data.RECONCILED);
    }

    private RegionLease in(long nextGeneration, Lease nextLease, Data nextData) {
        return new RegionLease(
                region, nextGeneration, nextLease, nextData, renewals, longestMillis, renewedMillis, lapsed, store);
    }

    /** May own shards. */
    public boolean fit() {
        return lease == Lease.ACTIVE && data == Data.RECONCILED;
    }
}
