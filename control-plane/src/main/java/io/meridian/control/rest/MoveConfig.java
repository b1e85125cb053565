package io.meridian.control.rest;

import io.meridian.control.switching.Plan;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

@ConfigMapping(prefix = "meridian.move")
public interface MoveConfig {
    /** Replication lag at the target above which a move does not start: the pause would last as long as the lag. */
    @WithDefault("2s")
    Duration lagLimit();

    /** Shards that are held together; more of them in one go would outlast a hold. */
    @WithDefault("32")
    int wave();

    /** How long the target may take to apply the last writes before the move turns back. */
    @WithDefault("30s")
    Duration catchUpLimit();

    /** Runs side by side. Each has its own waves, so this bounds how many requests wait at once. */
    @WithDefault("4")
    int atOnce();

    /** As configured; what a topology declares goes before. */
    default Plan.MoveLimits limits() {
        return new Plan.MoveLimits(
                lagLimit(), catchUpLimit(), wave(), Optional.empty(), Optional.empty(), false, atOnce());
    }
}
