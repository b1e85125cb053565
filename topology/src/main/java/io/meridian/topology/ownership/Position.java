package io.meridian.topology.ownership;

/**
 * Where a record stands in one source store: the end LSN of its source transaction, as COMMIT carries it, and the part.
 *
 * @param incarnation of the source: system id, timeline, slot creation, topic id; positions compare within one incarnation only
 * @param lsn end LSN as an unsigned 64-bit number
 * @param part 0 for transactions of one part
 */
public record Position(String incarnation, long lsn, int part) {
    /** @throws IllegalStateException positions of two incarnations have no order; callers decide what that means before asking */
    public int compareTo(Position other) {
        if (!incarnation.equals(other.incarnation)) {
            throw new IllegalStateException("positions of two incarnations: " + this + " and " + other);
        }
        int byLsn = Long.compareUnsigned(lsn, other.lsn);
        return byLsn != 0 ? byLsn : Integer.compare(part, other.part);
    }

    /** As PostgreSQL writes it: {@code 0/16B3748}. */
    public String lsnText() {
        return Long.toHexString(lsn >>> 32).toUpperCase(java.util.Locale.ROOT)
                + "/"
                + Long.toHexString(lsn & 0xFFFF_FFFFL).toUpperCase(java.util.Locale.ROOT);
    }

    @Override
    public String toString() {
        return lsnText() + (part == 0 ? "" : "." + part) + "@" + incarnation;
    }
}
