package io.meridian.control.rest;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

@ConfigMapping(prefix = "meridian.history")
public interface HistoryConfig {
    /** Where the files per day go; else the folder {@code history} beside {@code meridian.raft.storage}. */
    Optional<Path> folder();
}
