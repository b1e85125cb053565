package io.meridian.topology;

/** A failure domain with its own databases, Kafka, Envoys and Meridian processes. */
public record RegionId(String name) implements Comparable<RegionId> {
    public static RegionId of(String name) {
        return new RegionId(name);
    }

    @Override
    public int compareTo(RegionId other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
