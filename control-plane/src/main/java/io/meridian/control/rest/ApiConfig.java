package io.meridian.control.rest;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;

@ConfigMapping(prefix = "meridian.api")
public interface ApiConfig {
    /** Holds the one token that may use the API. */
    Path tokenFile();
}
