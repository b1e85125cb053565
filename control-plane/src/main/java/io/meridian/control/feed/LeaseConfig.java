package io.meridian.control.feed;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "meridian.lease")
public interface LeaseConfig {
    /** How long a region may write unheard by the quorum; so also the shortest outage a failover can promise. */
    @WithDefault("15s")
    Duration duration();
}
