package io.meridian.conflict;

import io.meridian.topology.ownership.Position;

/** What a record is to the stream it came in, before its entries are looked at. */
public sealed interface StreamVerdict {
    /** It follows what was applied last: classify its entries, apply, move progress to its position. */
    record Next() implements StreamVerdict {}

    /** Applied before. Skip it; progress stays. */
    record Duplicate() implements StreamVerdict {}

    /** Something before it has not come: wait for the resend, apply nothing. */
    record Gap(StreamPosition applied, StreamPosition predecessor) implements StreamVerdict {}

    /** The source's log is another one than before (restored, slot or topic made anew): nothing between the two compares. Stop loudly. */
    record ForeignIncarnation(Position applied, Position record) implements StreamVerdict {}
}
