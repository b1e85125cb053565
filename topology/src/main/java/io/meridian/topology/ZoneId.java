package io.meridian.topology;

/** A unit of deployment of an application inside a region, named {@code region-n}. */
public record ZoneId(String name) implements Comparable<ZoneId> {
    public static ZoneId of(String name) {
        return new ZoneId(name);
    }

    @Override
    public int compareTo(ZoneId other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
