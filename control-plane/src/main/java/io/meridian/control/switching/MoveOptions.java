package io.meridian.control.switching;

import java.time.Duration;
import java.util.Optional;

/**
 * What whoever starts a run says of its waves; what is left out is as the topology's limits have it, or else the configuration.
 *
 * @param wave shards that move together
 * @param rest between the end of a wave and the start of the next
 * @param stopOnGuard a further wave whose gates stay closed ends the run; else it pauses itself and waits for a person
 * @param paused planned only; starts when it is resumed
 */
public record MoveOptions(Optional<Integer> wave, Optional<Duration> rest, boolean stopOnGuard, boolean paused) {
    public static MoveOptions none() {
        return new MoveOptions(Optional.empty(), Optional.empty(), false, false);
    }
}
