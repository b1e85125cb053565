package io.meridian.topology;

/**
 * How far a store's log is known to go, for good, and on which timeline.
 *
 * @param lsn PostgreSQL's, in bytes; 0: nothing is known but which store it is
 */
public record StorePlace(StoreIdentity store, int timeline, long lsn) {}
