package io.meridian.conflict;

import io.meridian.topology.ownership.Base;

/** What an entry is to its shard. */
public sealed interface Verdict {
    /** @param head of the shard once the entry took effect */
    record History(ShardHead.At head) implements Verdict {}

    /** Took effect before: skip it; the head stays. */
    record Duplicate() implements Verdict {}

    /**
     * An OPEN whose base has not come yet, from another source's stream. This entry and all later ones of the shard in this stream wait;
     * classify again when the head moved. Other shards go on.
     */
    record AwaitsBase(Base.At base) implements Verdict {}

    /**
     * A write of an older epoch that is not in the lineage of the epoch that holds here: it does not take effect, and is kept for the shard's owner to
     * decide.
     *
     * @param reason for people
     */
    record Orphan(String reason) implements Verdict {}

    /**
     * An OPEN on whose base this store builds more than it should: what lies behind {@code base} up to {@code from} was applied here and is not in its
     * lineage. The head is turned back first.
     *
     * @param from the head
     * @param base is in
     */
    record Surplus(ShardHead.At from, Base.At base) implements Verdict {}

    /**
     * No chain of bases leads to it: applying it could undo what the shard's owner wrote. Stop the shard.
     *
     * @param reason for people, without shard and source
     */
    record OutsideLineage(String reason) implements Verdict {}
}
