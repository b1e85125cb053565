package io.meridian.agent.apply;

/** Why a shard's share of a record waits in {@code meridian.parked}. PROTOCOL 4. */
public enum Waiting {
    /** Its OPEN builds on what has not come yet: released when the shard's head moves. */
    BARRIER,
    /** The store did not take it: tried again every few seconds, or skipped by a person. */
    REFUSED,
    /** Something of the shard from the same source waits before it. */
    BEHIND,
    /** Its owner was lost: whether it counts is not known yet. Released when the mark on the shard's head moves or goes. PROTOCOL 6. */
    FROZEN
}
