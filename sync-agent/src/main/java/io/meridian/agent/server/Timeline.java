package io.meridian.agent.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postgresql.replication.LogSequenceNumber;

/**
 * The line of history that a server writes, and where it left the ones before. Each promotion begins a new one at the end of what the standby had, so up
 * to that place both are the same, byte for byte. Pure.
 *
 * @param forks in order, oldest first
 */
public record Timeline(int number, List<Fork> forks) {
    /** @param lsn where timeline {@code left} was left for the next */
    public record Fork(int left, long lsn) {}

    public Timeline {
        forks = List.copyOf(forks);
    }

    /** One without forebears, or whose forebears are not known. */
    public static Timeline of(int number) {
        return new Timeline(number, List.of());
    }

    /** @param history as PostgreSQL's {@code TIMELINE_HISTORY} has it @throws IllegalStateException it is no such text */
    public static Timeline parse(int number, String history) {
        List<Fork> forks = new ArrayList<>();
        for (String line : history.lines().map(String::strip).toList()) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] fields = line.split("\\s+", 3);
            if (fields.length < 2
                    || !fields[0].matches("\\d{1,9}")
                    || !fields[1].matches("[0-9A-Fa-f]+/[0-9A-Fa-f]+")) {
                throw new IllegalStateException("no line of a timeline's history: " + line);
            }
            forks.add(new Fork(
                    Integer.parseInt(fields[0]),
                    LogSequenceNumber.valueOf(fields[1]).asLong()));
        }
        return new Timeline(number, forks);
    }

    /**
     * Whether everything that was written on {@code timeline} up to {@code lsn} is part of this one's past.
     *
     * @return what is missing, in words; empty: nothing
     */
    public Optional<String> lacks(int timeline, long lsn) {
        if (timeline == number) {
            return Optional.empty();
        }
        Optional<Fork> fork =
                forks.stream().filter(known -> known.left() == timeline).findFirst();
        if (fork.isEmpty()) {
            return Optional.of("timeline " + timeline + " is no part of the history of timeline " + number);
        }
        long left = fork.get().lsn();
        return Long.compareUnsigned(left, lsn) < 0
                ? Optional.of("timeline " + timeline + " was left at " + text(left)
                        + ", and what stands between there and " + text(lsn) + " is not in timeline " + number)
                : Optional.empty();
    }

    static String text(long lsn) {
        return LogSequenceNumber.valueOf(lsn).asString().toUpperCase(Locale.ROOT);
    }
}
