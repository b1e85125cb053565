package io.meridian.agent.server;

/** How far a store's log was written, and on which timeline. */
public record Place(String systemId, int timeline, long lsn) {}
