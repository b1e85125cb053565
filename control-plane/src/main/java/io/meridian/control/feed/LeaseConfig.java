package io.meridian.control.feed;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "meridian.lease")
public interface LeaseConfig {
    /** How long a region may write unheard by the quorum; so also the shortest outage a failover can promise. */
    @WithDefault("15s")
    Duration duration();

    /** How long a transaction in a store lasts at most, as its agent has it: a failover waits as long for what a lease admitted. */
    @WithDefault("3s")
    Duration transactionLimit();
}
