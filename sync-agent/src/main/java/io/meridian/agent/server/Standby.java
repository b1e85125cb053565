package io.meridian.agent.server;

/** Whether what the region relies on must be on a second server before it is told: {@code meridian.store.standby}. */
public enum Standby {
    /** One server may be all there is: what it committed last can be lost with it. */
    NONE,
    /** Nothing is relied on without a synchronous standby. */
    REQUIRED
}
