package io.meridian.topology;

/** Slot 0..N-1 of a user's sharding key: the unit of ownership and of movement. Negative numbers are kept for the pseudo-shards of global tables. */
public record ShardId(int number) implements Comparable<ShardId> {
    public static ShardId of(int number) {
        return new ShardId(number);
    }

    /** The partition, of {@code partitions}, that carries this shard's changes in every topic. */
    public int partition(int partitions) {
        return Math.floorMod(number, partitions);
    }

    @Override
    public int compareTo(ShardId other) {
        return Integer.compare(number, other.number);
    }

    @Override
    public String toString() {
        return Integer.toString(number);
    }
}
