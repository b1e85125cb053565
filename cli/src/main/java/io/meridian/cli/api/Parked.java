package io.meridian.cli.api;

import org.jspecify.annotations.Nullable;

/** A shard's changes from one source that wait in a region's store; {@code position}, {@code epoch} and {@code reason} are of the oldest. */
public record Parked(
        String region,
        String group,
        String source,
        int shard,
        String waiting,
        String position,
        long epoch,
        @Nullable String reason,
        @Nullable String since,
        long records,
        long bytes) {}
