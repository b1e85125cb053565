package io.meridian.drill.scenario;

import java.time.Duration;

/** What is done, and to whom. */
public sealed interface Act {
    /** Of whom the report speaks. */
    String about();

    /**
     * A region is gone, and the others take over by a failover.
     *
     * @param maxLoss of the failover, as the API takes it: {@code 500rows}, {@code 60s} or both
     */
    record Lose(String region, How how, String maxLoss) implements Act {
        @Override
        public String about() {
            return region;
        }
    }

    /** A region's shards go to the others while it lives. */
    record Evacuate(String region) implements Act {
        @Override
        public String about() {
            return region;
        }
    }

    /** What processes of {@code from} open towards {@code to} is down or slow; nothing is switched. */
    record Link(String from, String to, boolean bothWays, Trouble trouble) implements Act {
        @Override
        public String about() {
            return from + (bothWays ? " <-> " : " -> ") + to;
        }
    }

    enum How {
        /** All of its processes at once. */
        KILL,
        /** It lives, with clients of its own, and hears nobody. */
        CUT_OFF
    }

    sealed interface Trouble {
        record Down() implements Trouble {}

        /** @param by added to each byte's way */
        record Slow(Duration by) implements Trouble {}
    }
}
