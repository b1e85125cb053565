package io.meridian.router.view;

import io.meridian.topology.ShardId;
import java.util.Optional;
import java.util.SortedMap;

/**
 * One message of the feed: what changed up to {@code revision}, or everything there is.
 *
 * @param places empty: unchanged (in a complete change: no topology was applied yet)
 */
public sealed interface ViewChange {
    long revision();

    SortedMap<ShardId, Route> routes();

    /** @param shards N; 0: no topology was applied yet */
    record Complete(long revision, int shards, Optional<Places> places, SortedMap<ShardId, Route> routes)
            implements ViewChange {}

    record Partial(long revision, Optional<Places> places, SortedMap<ShardId, Route> routes) implements ViewChange {}
}
