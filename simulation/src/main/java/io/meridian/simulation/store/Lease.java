package io.meridian.simulation.store;

/** The row of {@code meridian.lease}; times by the store's clock. */
public record Lease(long generation, long grantsRevision, long issuedMicros, long validUntilMicros) {
    static final Lease NONE = new Lease(0, 0, Long.MIN_VALUE, Long.MIN_VALUE);

    public boolean holds(long nowMicros) {
        return issuedMicros <= nowMicros && nowMicros < validUntilMicros;
    }
}
