package io.meridian.drill.measure;

import java.time.Duration;

/**
 * A marker write through an edge, and what came of it.
 *
 * @param edge region of the edge
 * @param request its id in the ledger, used once
 * @param sampled its shard is one of those whose outages are measured
 * @param sent nanoseconds of the drill's clock, as {@code answered}
 * @param ok acknowledged: the ledger said that it is made
 * @param kind of failure, for people and for counting; empty when ok
 */
public record Probe(
        int shard, String edge, String request, boolean sampled, long sent, long answered, boolean ok, String kind) {
    /** A client that waits longer notices. */
    static final Duration SLOW = Duration.ofSeconds(1);

    /** It failed, or its client had to wait. */
    boolean disturbed() {
        return !ok || answered - sent > SLOW.toNanos();
    }
}
