package io.meridian.cli.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether all regions' copies are equal, shard by shard. */
public record Verification(
        String id,
        String state,
        @Nullable Boolean equal,
        long shards,
        long rows,
        List<Difference> differences,
        @Nullable String problem) {
    public record Difference(int shard, Map<String, Copy> regions) {}

    public record Copy(@Nullable Long rows, @Nullable String hash) {}

    public boolean running() {
        return state.equals("RUNNING");
    }
}
