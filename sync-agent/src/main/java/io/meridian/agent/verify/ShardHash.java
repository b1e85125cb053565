package io.meridian.agent.verify;

import java.util.HexFormat;

/** @param hex SHA-256 over the shard's rows; of nothing when it has none */
public record ShardHash(long rows, String hex) {
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }
}
