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
 * @param life which of its databases, which follow each other, the store is; from 1, and 0 in logs of before there was more than one
 * @param logLost nobody waits for what the log of the life before may still hold
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
        Optional<StorePlace> store,
        int life,
        boolean logLost) {
    public RegionLease {
        life = Math.max(1, life);
    }

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
        return new RegionLease(region, 1, Lease.ACTIVE, Data.RECONCILED, 0, 0, 0, false, Optional.empty(), 1, false);
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
                by.or(() -> store),
                life,
                logLost);
    }

    RegionLease unseeded() {
        return in(generation, lease, Data.UNSEEDED);
    }

    /** It has copies of all; nothing was lost, so the generation goes on. */
    RegionLease seeded() {
        return data == Data.UNSEEDED ? in(generation, lease, Data.RECONCILED) : this;
    }

    RegionLease ranOut() {
        return new RegionLease(
                region, generation, lease, data, renewals, longestMillis, renewedMillis, true, store, life, logLost);
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

    /** An empty database is the store from now on: in a generation of its own, and fit to own nothing before it has copies of all. */
    RegionLease anew(boolean withoutLog) {
        return new RegionLease(
                region,
                generation + 1,
                Lease.ACTIVE,
                Data.UNSEEDED,
                renewals,
                0,
                0,
                true,
                Optional.empty(),
                life + 1,
                withoutLog || (data == Data.UNSEEDED && logLost));
    }

    RegionLease withoutLog() {
        return new RegionLease(
                region, generation, lease, data, renewals, longestMillis, renewedMillis, lapsed, store, life, true);
    }

    private RegionLease in(long nextGeneration, Lease nextLease, Data nextData) {
        return new RegionLease(
                region,
                nextGeneration,
                nextLease,
                nextData,
                renewals,
                longestMillis,
                renewedMillis,
                lapsed,
                store,
                life,
                logLost);
    }

    /** May own shards. */
    public boolean fit() {
        return lease == Lease.ACTIVE && data == Data.RECONCILED;
    }
}
