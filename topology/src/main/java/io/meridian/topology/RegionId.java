package io.meridian.topology;

/** A failure domain with its own databases, Kafka, Envoys and Meridian processes. */
public record RegionId(String name) implements Comparable<RegionId> {
    /** What a topology calls a region: names become parts of topic names, TLS names and file names. */
    public static boolean isName(String text) {
        return DocumentRules.NAME.matcher(text).matches();
    }

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
