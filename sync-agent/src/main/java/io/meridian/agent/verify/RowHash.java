package io.meridian.agent.verify;

/**
 * One row's content in short.
 *
 * @param table schema.table
 * @param key JSON object: columns of the primary key by name, to their values as text
 * @param hash first eight bytes of the SHA-256 of the row's text
 */
public record RowHash(String table, String key, long hash) {}
