package io.meridian.topology;

/**
 * Shards that follow each other, as people write them: {@code 0-511}.
 *
 * @param last not below {@code first}
 */
public record ShardRange(int first, int last) {
    /** All of N. */
    public static ShardRange all(int shards) {
        return new ShardRange(0, shards - 1);
    }

    public boolean holds(ShardId shard) {
        return shard.number() >= first && shard.number() <= last;
    }

    public boolean overlaps(ShardRange other) {
        return first <= other.last && other.first <= last;
    }

    public int size() {
        return last - first + 1;
    }

    @Override
    public String toString() {
        return first == last ? first + "" : first + "-" + last;
    }
}
