package io.meridian.cli.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows that their owners write once more. */
public record Repair(String id, String state, List<Shard> shards, List<Left> left) {
    /** @param asked rows by table; null: all that the owner has @param missing of them the owner did not have @param rows null until it was reported; so {@code absent} */
    public record Shard(
            int shard,
            String owner,
            long epoch,
            @Nullable Map<String, Integer> asked,
            int missing,
            @Nullable Long rows,
            @Nullable Long absent,
            @Nullable String problem) {}

    public record Left(int shard, String why) {}

    public boolean running() {
        return state.equals("RUNNING");
    }

    public boolean done() {
        return state.equals("DONE");
    }
}
