package io.meridian.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
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
    /** @param rows null or JSON's null: they were not compared; else a list of {@link Row} @param moreRows there may be more */
    public record Difference(
            int shard, Map<String, Copy> regions, @Nullable JsonNode rows, boolean moreRows) {
        public boolean rowsKnown() {
            return rows != null && rows.isArray();
        }

        public List<Row> rowList() {
            return rows != null && rows.isArray() ? Documents.listOf(rows, Row[].class) : List.of();
        }
    }

    /** @param regions hash of the row; null: it is not there */
    public record Row(String table, Map<String, String> key, Map<String, @Nullable String> regions) {}

    public record Copy(@Nullable Long rows, @Nullable String hash) {}

    public boolean running() {
        return state.equals("RUNNING");
    }
}
