package io.meridian.agent.orphan;

import io.meridian.agent.record.Origin;
import io.meridian.topology.ownership.Epoch;
import java.util.Optional;

/**
 * What a person wants of an orphan that was decided before.
 *
 * @param origin empty: what was asked for names no place in a log
 * @param epoch of the owner when it was asked for
 * @param over names the state of its rows that may be overwritten, as {@link RevisionDone} did; empty: only what the decision left
 */
public record RevisionOrder(
        String id, Optional<Origin> origin, Epoch epoch, Wish wish, String over, String by, String reason) {
    public enum Wish {
        /** Its write takes effect after all. */
        SALVAGE,
        /** Its row is again as it was before the decision. */
        REJECT
    }
}
