package io.meridian.agent.record;

/** One thing that happened in a source transaction, in the order of the source's log. */
public sealed interface Entry
        permits RowChange, Marker, MergeChange, Orphan, Decision, Revision, SeedMark, Entry.Heartbeat {
    /** @param micros clock_timestamp() of the source, microseconds since 1970 */
    record Heartbeat(long micros) implements Entry {}
}
