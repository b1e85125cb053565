package io.meridian.control.revising;

import io.meridian.control.orders.AgentOrder;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import java.time.Instant;
import java.util.Optional;

/**
 * That an orphan is to be decided otherwise. The agent of the shard's owner does it, in a transaction behind the shard's gate, and only in the epoch
 * in which it was asked for.
 *
 * @param region that owned the shard when it was asked for
 * @param group of the store
 * @param orphan which one
 * @param over {@link Told#over} of an earlier order: the state of the rows that may be overwritten; empty: only what the decision left
 * @param told what the agent said of it; {@link Told#none()}: nothing yet, or it was done
 */
public record RevisionOrder(
        String id,
        RegionId region,
        String group,
        Epoch epoch,
        Orphan orphan,
        Verdict verdict,
        String over,
        String by,
        String reason,
        Instant askedAt,
        Progress progress,
        Told told,
        Optional<Instant> endedAt)
        implements AgentOrder {
    /**
     * A write outside its shard's lineage, for ever by this name.
     *
     * @param source region that wrote it
     * @param position incarnation/lsn/part, as stores tell it
     * @param index of the row's change in its transaction
     */
    public record Orphan(RegionId source, String position, ShardId shard, int index) {
        public String inWords() {
            return "orphan " + position + " " + index + " of shard " + shard + " from " + source;
        }
    }

    public enum Verdict {
        /** The orphan's write takes effect after all. */
        SALVAGE,
        /** The row is again as it was before the decision. */
        REJECT
    }

    /**
     * @param problem why it was not done; empty: it was, or is not known yet
     * @param present the rows as they are, where that they were written since is why; a JSON array, cut when it is long; empty: that is not why
     * @param over a name of just that state, for an order that overwrites it; empty: no order could
     */
    public record Told(String problem, String present, String over) {
        public static final int PRESENT_KEPT = 4000;

        public Told {
            present = present.length() <= PRESENT_KEPT ? present : present.substring(0, PRESENT_KEPT);
        }

        public static Told none() {
            return new Told("", "", "");
        }

        static Told failed(String why) {
            return new Told(why, "", "");
        }
    }

    RevisionOrder ended(Told how, Instant now) {
        return new RevisionOrder(
                id,
                region,
                group,
                epoch,
                orphan,
                verdict,
                over,
                by,
                reason,
                askedAt,
                how.problem().isEmpty() ? Progress.DONE : Progress.FAILED,
                how,
                Optional.of(now));
    }
}
