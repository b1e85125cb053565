package io.meridian.control.verify;

import java.util.List;

/**
 * What is compared, of all there is.
 *
 * @param shards as people write them; empty: all
 * @param tables schema.table, ascending; empty: all
 * @param rows whether shards that differ are looked at row by row
 */
public record Scope(String shards, List<String> tables, boolean rows) {
    public Scope {
        tables = List.copyOf(tables);
    }

    /** Everything, shard by shard. */
    public static Scope none() {
        return new Scope("", List.of(), false);
    }

    String inWords() {
        return (shards.isEmpty() ? "all shards" : "shards " + shards)
                + (tables.isEmpty() ? "" : ", tables " + String.join(", ", tables))
                + (rows ? ", with rows" : "");
    }
}
