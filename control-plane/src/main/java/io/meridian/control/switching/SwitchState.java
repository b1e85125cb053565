package io.meridian.control.switching;

import io.meridian.control.state.Revision;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Where a run's present wave stands: each state holds exactly what its next step needs, so that whoever leads next can go on. */
public sealed interface SwitchState {
    StateName name();

    /** Nothing has happened yet. */
    record Planned() implements SwitchState {
        @Override
        public StateName name() {
            return StateName.PLANNED;
        }
    }

    /**
     * Waits until routers, agents and leases are fit for a move.
     *
     * @param rested the pause after the wave before is over; means nothing in the first wave
     */
    record Prepared(boolean rested) implements SwitchState {
        @Override
        public StateName name() {
            return StateName.PREPARED;
        }
    }

    /**
     * Requests are being held. Every router must report {@code freeze} at its hold endpoint; Envoys are given some patience.
     *
     * @param freeze the revision that says 'frozen'
     */
    record Holding(Revision freeze, boolean patienceOver) implements SwitchState {
        @Override
        public StateName name() {
            return StateName.HOLDING;
        }
    }

    /**
     * Withdrawn; the old owners close.
     *
     * @param closes what the next grant of each closed shard builds on: its CLOSE, or the withdrawn grant's own base when that was never opened
     * @param covered those whose close the new owner has applied already
     */
    record Fencing(SortedMap<ShardId, Base> closes, SortedSet<ShardId> covered) implements SwitchState {
        public Fencing {
            closes = sorted(closes);
            covered = sorted(covered);
        }

        @Override
        public StateName name() {
            return StateName.FENCING;
        }
    }

    /** All closed; the closes travel to the new owner behind the last writes. */
    record CatchingUp(SortedMap<ShardId, Base> closes, SortedSet<ShardId> covered) implements SwitchState {
        public CatchingUp {
            closes = sorted(closes);
            covered = sorted(covered);
        }

        @Override
        public StateName name() {
            return StateName.CATCHING_UP;
        }
    }

    /**
     * The new grants are committed: the point of no return.
     *
     * @param closes as they were; kept for the agents' views until all are open
     */
    record Activated(SortedMap<ShardId, Base> closes, SortedSet<ShardId> opened) implements SwitchState {
        public Activated {
            closes = sorted(closes);
            opened = sorted(opened);
        }

        @Override
        public StateName name() {
            return StateName.ACTIVATED;
        }
    }

    /**
     * Routers know the new owner and holds are released.
     *
     * @param release the revision that says so
     * @param envoys whether Envoys are still waited for
     * @param proofOver the last wave waits no longer for hashes
     */
    record Routed(Revision release, Envoys envoys, boolean proofOver) implements SwitchState {
        public enum Envoys {
            AWAITED,
            ACKED,
            PATIENCE_OVER
        }

        @Override
        public StateName name() {
            return StateName.ROUTED;
        }
    }

    /**
     * Waits for every CLOSE, then grants the shards to their old owners again and waits until they are open.
     *
     * @param granted the old owners have their new grants
     */
    record RollingBack(SortedMap<ShardId, Base> closes, boolean granted, SortedSet<ShardId> opened)
            implements SwitchState {
        public RollingBack {
            closes = sorted(closes);
            opened = sorted(opened);
        }

        @Override
        public StateName name() {
            return StateName.ROLLING_BACK;
        }
    }

    /**
     * The lost region's leases run out.
     *
     * @param expired they have, and what it owned is withdrawn; what was admitted before may still commit for a while
     */
    record Expiring(boolean expired) implements SwitchState {
        @Override
        public StateName name() {
            return StateName.EXPIRING;
        }
    }

    /**
     * Survivors stop at what they have of the lost region, and tell it.
     *
     * @param attempt from 1: answers to an earlier one mean nothing
     * @param answers what each region said; the first usable word counts
     * @param closes of those whose last owner closed after all
     */
    record Gathering(
            int attempt,
            SortedMap<ShardId, SortedMap<RegionId, Answer>> answers,
            SortedMap<ShardId, Base> closes,
            boolean patienceOver)
            implements SwitchState {
        /**
         * How far one copy has come.
         *
         * @param head empty: nothing was ever applied there
         * @param closed the head is its epoch's CLOSE
         * @param heartbeatMicros the source's time in its newest heartbeat there; 0: not known
         * @param problem not empty: nothing can be built on this copy
         */
        public record Answer(Optional<Base.At> head, boolean closed, long heartbeatMicros, String problem) {
            public boolean usable() {
                return problem.isEmpty();
            }
        }

        public Gathering {
            answers = sorted(answers);
            closes = sorted(closes);
        }

        public static Gathering begun(int attempt) {
            return new Gathering(attempt, new TreeMap<>(), new TreeMap<>(), false);
        }

        @Override
        public StateName name() {
            return StateName.GATHERING;
        }
    }

    /**
     * The cut is decided; the new owners fetch what they lack up to it.
     *
     * @param cuts the last record of each shard that counts
     * @param holders who has all up to it
     * @param covered those whose new owner has come there
     * @param unclean those whose cut is not where the lost epoch ended
     */
    record Aligning(
            int attempt,
            SortedMap<ShardId, Base> cuts,
            SortedMap<ShardId, RegionId> holders,
            SortedSet<ShardId> covered,
            SortedSet<ShardId> unclean)
            implements SwitchState {
        public Aligning {
            cuts = sorted(cuts);
            holders = sorted(holders);
            covered = sorted(covered);
            unclean = sorted(unclean);
        }

        @Override
        public StateName name() {
            return StateName.ALIGNING;
        }
    }

    /**
     * A person is needed, usually because a region does not answer. Reports still count: what was waited for may come, and the run goes on.
     *
     * @param waiting the state it is stuck in
     */
    record NeedsOperator(SwitchState waiting) implements SwitchState {
        @Override
        public StateName name() {
            return StateName.NEEDS_OPERATOR;
        }
    }

    record Done() implements SwitchState {
        @Override
        public StateName name() {
            return StateName.DONE;
        }
    }

    record RolledBack() implements SwitchState {
        @Override
        public StateName name() {
            return StateName.ROLLED_BACK;
        }
    }

    /** A failover of a region that it had to do with has its shards now. */
    record Superseded() implements SwitchState {
        @Override
        public StateName name() {
            return StateName.SUPERSEDED;
        }
    }

    /** What the run really waits in. */
    default SwitchState underlying() {
        return this instanceof NeedsOperator stuck ? stuck.waiting() : this;
    }

    default boolean ended() {
        return this instanceof Done || this instanceof RolledBack || this instanceof Superseded;
    }

    private static <V> SortedMap<ShardId, V> sorted(SortedMap<ShardId, V> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>((Map<ShardId, V>) map));
    }

    private static SortedSet<ShardId> sorted(SortedSet<ShardId> set) {
        return Collections.unmodifiableSortedSet(new TreeSet<>((Set<ShardId>) set));
    }
}
