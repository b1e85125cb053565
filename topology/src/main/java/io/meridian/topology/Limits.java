package io.meridian.topology;

import java.time.Duration;
import java.util.Optional;

/**
 * How much a switch may do at once, and how far behind its target may be. What is not declared is as the control plane's configuration
 * has it.
 *
 * @param wave shards that are withdrawn and granted together
 * @param wavePause between the end of a wave and the beginning of the next
 * @param lag of the target's copy, in time; more than that, and no run starts
 * @param lagRows of the target's copy, in records
 * @param catchUp how long shards may be without an owner while the target reads up to their end
 * @param movesAtOnce runs side by side
 * @param rps requests per second of all shards together when it is busiest: what zones' capacities are measured against
 */
public record Limits(
        Optional<Integer> wave,
        Optional<Duration> wavePause,
        Optional<Duration> lag,
        Optional<Integer> lagRows,
        Optional<Duration> catchUp,
        Optional<Integer> movesAtOnce,
        Optional<Integer> rps) {
    public static final Limits NONE = new Limits(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
}
