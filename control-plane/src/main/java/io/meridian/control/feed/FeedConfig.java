package io.meridian.control.feed;

import io.smallrye.config.ConfigMapping;

/** Where agents and routers attach. */
@ConfigMapping(prefix = "meridian.feed")
public interface FeedConfig {
    int port();
}
