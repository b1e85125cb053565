package io.meridian.control.failover;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What one store of a lost region left behind, until it is back and in line.
 *
 * @param run the failover
 * @param verification that compares its shards now, or did last; empty: none yet
 * @param problem what that one found; empty: nothing, or it still runs
 * @param unequal which it found unequal: only those are compared again, for what is written all the time is seen equal by chance only
 */
public record Loss(
        String run, SortedMap<ShardId, Cut> cuts, String verification, String problem, SortedSet<ShardId> unequal) {
    public Loss {
        unequal = Collections.unmodifiableSortedSet(new TreeSet<>((Set<ShardId>) unequal));
        cuts = Collections.unmodifiableSortedMap(new TreeMap<>((Map<ShardId, Cut>) cuts));
    }

    /**
     * One shard that it owned.
     *
     * @param lost the epoch that it owned, whose CLOSE is awaited
     * @param before what the grant of that epoch was built on: it holds if it was never opened
     * @param successor the epoch that followed
     * @param unclean what follows was built on less than a CLOSE, so orphans may come
     * @param closed where it ended there; empty: not known yet
     * @param owner of {@code successor}
     * @param openedAt in that region's store; empty: not known yet
     * @param aligned the store's copy goes on in {@code successor}
     * @param settled all of its tail came to the owner, and each orphan of it is decided
     */
    public record Cut(
            Epoch lost,
            Base before,
            Epoch successor,
            boolean unclean,
            Optional<Base> closed,
            RegionId owner,
            Optional<Position> openedAt,
            boolean aligned,
            boolean settled) {
        static Cut of(Epoch lost, Base before, Epoch successor, boolean unclean, RegionId owner) {
            return new Cut(lost, before, successor, unclean, Optional.empty(), owner, Optional.empty(), false, false);
        }

        Cut closedAt(Base base) {
            return new Cut(lost, before, successor, unclean, Optional.of(base), owner, openedAt, aligned, settled);
        }

        /** By whoever owns it now, in {@code epoch}: its OPEN is what the store has to come to. */
        Cut opened(RegionId by, Epoch epoch, Position at) {
            return new Cut(lost, before, epoch, unclean, closed, by, Optional.of(at), aligned, settled);
        }

        Cut alignedNow() {
            return new Cut(lost, before, successor, unclean, closed, owner, openedAt, true, settled);
        }

        Cut settledNow() {
            return new Cut(lost, before, successor, unclean, closed, owner, openedAt, aligned, true);
        }

        /** Another failover took the shard on, on another branch perhaps: what was in line has to be looked at again. */
        Cut followedBy(Epoch next, RegionId newOwner, boolean cutAgain) {
            return new Cut(lost, before, next, unclean || cutAgain, closed, newOwner, Optional.empty(), false, false);
        }

        /** Where its tail ends; empty: not known yet, or it never opened the epoch and has none. */
        public Optional<Position> tail() {
            return closed.flatMap(
                    base -> base instanceof Base.At at && at.epoch().equals(lost)
                            ? Optional.of(at.position())
                            : Optional.empty());
        }

        /** A clean shard has no orphans, one that was never opened no tail. */
        public boolean done() {
            return settled || !unclean || (closed.isPresent() && tail().isEmpty());
        }

        boolean ready() {
            return closed.isPresent() && aligned && done();
        }
    }

    /** Nothing is known yet of what it left. */
    public static Loss of(String run) {
        return new Loss(run, new TreeMap<>(), "", "", new TreeSet<>());
    }

    Loss with(SortedMap<ShardId, Cut> changed) {
        var all = new TreeMap<ShardId, Cut>((Map<ShardId, Cut>) cuts);
        all.putAll(changed);
        return new Loss(run, all, verification, problem, new TreeSet<>());
    }

    Loss verifiedBy(String id) {
        return new Loss(run, cuts, id, "", unequal);
    }

    Loss failing(String why, SortedSet<ShardId> differing) {
        return new Loss(run, cuts, verification, why, differing);
    }

    /** Those that no comparison has found equal yet. */
    SortedSet<ShardId> toCompare() {
        return unequal.isEmpty() ? new TreeSet<>(cuts.keySet()) : unequal;
    }

    /** Everything is as it has to be before the copies are compared. */
    public boolean ready() {
        return cuts.values().stream().allMatch(Cut::ready);
    }

    /** Nothing of it was cut, so there is nothing to compare. */
    boolean clean() {
        return cuts.values().stream().noneMatch(Cut::unclean);
    }

    /** The shards of which orphans may still come. */
    public SortedSet<ShardId> unclean() {
        return cuts.entrySet().stream()
                .filter(each -> each.getValue().unclean())
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
