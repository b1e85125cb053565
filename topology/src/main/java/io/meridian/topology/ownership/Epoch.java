package io.meridian.topology.ownership;

/**
 * Number, per shard, that grows each time ownership changes or is withdrawn: odd = owned, even = owned by nobody, 0 = never granted.
 */
public record Epoch(long number) implements Comparable<Epoch> {
    public static final Epoch NEVER = new Epoch(0);
    public static final Epoch FIRST = new Epoch(1);

    public static Epoch of(long number) {
        return new Epoch(number);
    }

    public Epoch next() {
        return new Epoch(number + 1);
    }

    public boolean owned() {
        return (number & 1) == 1;
    }

    public boolean isAbove(Epoch other) {
        return number > other.number;
    }

    @Override
    public int compareTo(Epoch other) {
        return Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return Long.toString(number);
    }
}
