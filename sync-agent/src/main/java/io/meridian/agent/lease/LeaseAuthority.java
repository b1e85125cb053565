package io.meridian.agent.lease;

import java.time.Duration;

/** Whoever grants leases: the control plane's quorum. */
public interface LeaseAuthority {
    sealed interface Answer {
        /**
         * @param revision every withdrawal up to it must stand in the fences before the lease is written
         * @param duration L, counted from {@code d0}
         */
        record Granted(long generation, long revision, Duration duration) implements Answer {}

        record Refused(String why) implements Answer {}

        /** Neither yes nor no: perhaps it was granted. It does not count. */
        record Unknown(String why) implements Answer {}
    }

    /** @param d0Micros the store's clock before asking, microseconds since 1970 */
    Answer renew(long attempt, long d0Micros);
}
