package io.meridian.control.state;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ZoneId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One shard: who owns it, which zone serves it, whether its requests wait.
 *
 * @param zone placement: versioned by revision only, so that a move inside a region takes no epoch
 * @param frozenBy the run that has its requests held
 * @param earlier the newest grants before the present one, oldest first, at most {@link #EARLIER_KEPT}: the near end of the lineage
 */
public record ShardState(
        ShardId shard, Ownership ownership, ZoneId zone, Optional<String> frozenBy, List<Ownership.Grant> earlier) {
    static final int EARLIER_KEPT = 4;

    public ShardState {
        earlier = List.copyOf(earlier);
    }

    /** The grant in force, or the one that was withdrawn last. */
    public Ownership.Grant newestGrant() {
        return switch (ownership) {
            case Ownership.Grant grant -> grant;
            case Ownership.Withdrawal withdrawal -> withdrawal.withdrawn();
        };
    }

    /** Whose fence is, or was last, to be open. */
    public RegionId region() {
        return newestGrant().owner();
    }

    ShardState owned(Ownership next) {
        if (next.epoch().number() != ownership.epoch().number() + 1) {
            throw new IllegalStateException("shard " + shard + " goes from " + ownership + " to " + next);
        }
        if (!(next instanceof Ownership.Grant)) {
            return new ShardState(shard, next, zone, frozenBy, earlier);
        }
        var kept = new ArrayList<>(earlier);
        kept.add(newestGrant());
        int first = Math.max(0, kept.size() - EARLIER_KEPT);
        return new ShardState(shard, next, zone, frozenBy, kept.subList(first, kept.size()));
    }

    /** What {@code from} had withdrawn or frozen is {@code to}'s now, as it is. */
    ShardState takenOver(String from, String to) {
        Ownership same = ownership instanceof Ownership.Withdrawal withdrawal
                        && withdrawal.run().equals(from)
                ? new Ownership.Withdrawal(shard, withdrawal.epoch(), withdrawal.withdrawn(), to)
                : ownership;
        Optional<String> frozen = frozenBy.equals(Optional.of(from)) ? Optional.of(to) : frozenBy;
        return new ShardState(shard, same, zone, frozen, earlier);
    }

    /** Withdrawn from everybody, far above every epoch that was ever given. The grant that is said to be withdrawn was never made. */
    ShardState withheld(String run, long above) {
        Ownership.Grant last = newestGrant();
        long even = (ownership.epoch().number() + 1) / 2 * 2 + above;
        var between = new Ownership.Grant(shard, Epoch.of(even - 1), last.owner(), last.base());
        var kept = new ArrayList<>(earlier);
        kept.add(last);
        int first = Math.max(0, kept.size() - EARLIER_KEPT);
        return new ShardState(
                shard,
                new Ownership.Withdrawal(shard, Epoch.of(even), between, run),
                zone,
                Optional.empty(),
                kept.subList(first, kept.size()));
    }

    ShardState placed(ZoneId next) {
        return new ShardState(shard, ownership, next, frozenBy, earlier);
    }

    ShardState frozen(Optional<String> run) {
        return new ShardState(shard, ownership, zone, run, earlier);
    }
}
