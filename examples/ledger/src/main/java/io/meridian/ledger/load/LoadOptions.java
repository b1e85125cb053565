package io.meridian.ledger.load;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * @param edges taken in turn; only host and port count
 * @param rate requests per second, sent by schedule
 * @param duration of sending; opening the accounts before and judging after come on top
 * @param users each with two accounts, and with names that no other run has
 * @param seed of the order of requests
 * @param report where every acknowledged write is appended as it is acknowledged, and the findings at the end
 */
public record LoadOptions(List<URI> edges, int rate, Duration duration, int users, long seed, Optional<Path> report) {
    /** Enough that every third of 1024 shards holds many users, few enough to open within seconds. */
    private static final int USERS = 300;

    public static LoadOptions of(List<URI> edges, int rate, Duration duration) {
        return new LoadOptions(edges, rate, duration, USERS, System.nanoTime(), Optional.empty());
    }

    public LoadOptions withUsers(int number) {
        return new LoadOptions(edges, rate, duration, number, seed, report);
    }

    public LoadOptions withReport(Path file) {
        return new LoadOptions(edges, rate, duration, users, seed, Optional.of(file));
    }
}
