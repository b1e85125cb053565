package io.meridian.agent.failsafe;

import io.meridian.topology.RegionId;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The agents of this store group in the other regions. */
public interface Peers extends AutoCloseable {
    /** Regions whose agent's place is known. */
    Set<RegionId> known();

    /** Asks all of {@code regions} at once. @return why one did not promise, one line each; empty: all did */
    List<String> ask(Set<RegionId> regions, PromiseAsked asked, Duration patience) throws InterruptedException;

    @Override
    void close();
}
