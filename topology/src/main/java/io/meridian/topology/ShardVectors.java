package io.meridian.topology;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Keys and the shards they lie in, made by another implementation (Python's zlib.crc32). Java, SQL, Lua and TypeScript are each
 * tested with the same file, {@code /meridian/shard-vectors.tsv} of this module: UTF-8, a header line, then key, shards and shard
 * separated by tabs. No key holds a tab or a line break; the first one is empty.
 */
public final class ShardVectors {
    private ShardVectors() {}

    /** {@code key} lies in {@code shard} of {@code shards}. */
    public record Vector(String key, int shards, int shard) {}

    public static List<Vector> load() {
        try (InputStream file = ShardVectors.class.getResourceAsStream("/meridian/shard-vectors.tsv")) {
            if (file == null) {
                throw new IllegalStateException("shard-vectors.tsv is missing from the jar of topology");
            }
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().skip(1).map(ShardVectors::vector).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Vector vector(String line) {
        String[] fields = line.split("\t", -1);
        return new Vector(fields[0], Integer.parseInt(fields[1]), Integer.parseInt(fields[2]));
    }
}
