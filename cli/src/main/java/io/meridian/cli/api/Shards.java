package io.meridian.cli.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who owns what. */
public record Shards(long revision, List<Shard> shards) {
    /** @param zone null when nobody has ever owned it */
    public record Shard(
            int shard,
            @Nullable String region,
            @Nullable String zone,
            long epoch,
            String state,
            @Nullable String frozenBy) {
        public boolean owned() {
            return state.equals("OWNED");
        }
    }
}
