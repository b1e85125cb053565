package io.meridian.topology;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Sharding key to shard: CRC-32 (IEEE) of the key's UTF-8 bytes, mod {@code shards}. The same function stands in SQL
 * ({@code meridian.shard_of}), Lua (the edge's script) and TypeScript (the console); {@code shard-vectors.tsv} proves them equal.
 *
 * @param shards a power of two, 64 to 65,536
 */
public record ShardFunction(int shards) {
    public ShardId shardOf(String key) {
        var crc = new CRC32();
        crc.update(key.getBytes(StandardCharsets.UTF_8));
        return new ShardId((int) (crc.getValue() & (shards - 1)));
    }
}
