package io.meridian.agent.record;

import io.meridian.agent.record.Decision.Verdict;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;

/**
 * A person's word on an orphan that was decided before. It belongs to no epoch and changes no row: what it made of the rows are writes of the shard's owner as any,
 * in the same transaction, and may lose their place like any.
 *
 * @param order names what was asked for
 * @param epoch of the owner that carried it out
 * @param verdict {@code SALVAGED} or {@code REJECTED}
 * @param ours the row before it as a JSON object, columns to texts, cut where it is long; empty: there was none
 * @param atMicros by the owner's clock, microseconds since 1970
 */
public record Revision(
        Origin cause, String order, Epoch epoch, Verdict verdict, String by, String reason, String ours, long atMicros)
        implements Entry {
    public ShardId shard() {
        return cause.shard();
    }
}
