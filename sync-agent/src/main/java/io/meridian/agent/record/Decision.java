package io.meridian.agent.record;

import io.meridian.topology.ShardId;

/**
 * What the shard's owner made of an orphan: a record of the owner's epoch. The images of the rows that the orphan touches follow it in the same
 * transaction, whatever was decided, so that regions which had applied the orphan are brought back in line. PROTOCOL 7.
 *
 * @param ours the row before the decision as a JSON object, columns to texts; empty: there was none
 */
public record Decision(Origin cause, Verdict verdict, String reason, String ours) implements Entry {
    public enum Verdict {
        /** It takes effect after all. */
        SALVAGED,
        /** What is here stays. */
        REJECTED,
        /** Something of both. */
        MERGED,
        /** It has no effect that could be missed: it is in the lineage, or was itself told again. */
        DROPPED
    }

    public ShardId shard() {
        return cause.shard();
    }
}
