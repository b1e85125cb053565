package io.meridian.agent.running;

/** What a {@link Work} hears from, and tells, the thread that runs it. */
public interface Running {
    boolean wanted();

    /** The work does what it is for: an earlier problem is over. */
    void well();

    /** It goes on, but not as it should; until {@link #well}. */
    void ailing(String problem);

    /** Ends a pause of the work's thread early. May be called by any thread. */
    void wake();
}
