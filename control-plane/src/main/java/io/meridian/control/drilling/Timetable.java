package io.meridian.control.drilling;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * When drills of a schedule are due. Time zones change with the JDK, and replicas may have different ones: so only the leader looks here, and puts what it
 * found into its commands.
 *
 * @param cron as {@link Cron} reads it
 * @param timeZone of the tz database, such as {@code Europe/Berlin}
 * @param windowMinutes for how long one that was due may still begin
 * @param blackouts days in that time zone on which none begins
 */
public record Timetable(String cron, String timeZone, int windowMinutes, List<Blackout> blackouts) {
    public static final int LONGEST_WINDOW_MINUTES = 720;
    public static final int BLACKOUTS = 50;

    public Timetable {
        blackouts = List.copyOf(blackouts);
    }

    /** @param to the last day, inclusive */
    public record Blackout(LocalDate from, LocalDate to) {
        /** {@code 2026-12-24} or {@code 2026-12-24/2026-12-26}; empty: it is neither. */
        public static Optional<Blackout> read(String text) {
            if (!text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}(/[0-9]{4}-[0-9]{2}-[0-9]{2})?")) {
                return Optional.empty();
            }
            try {
                List<LocalDate> days =
                        Stream.of(text.split("/")).map(LocalDate::parse).toList();
                return days.getLast().isBefore(days.getFirst())
                        ? Optional.empty()
                        : Optional.of(new Blackout(days.getFirst(), days.getLast()));
            } catch (DateTimeException noDay) {
                return Optional.empty();
            }
        }

        public String text() {
            return from.equals(to) ? from.toString() : from + "/" + to;
        }

        boolean has(LocalDate day) {
            return !day.isBefore(from) && !day.isAfter(to);
        }
    }

    /**
     * One time.
     *
     * @param until from then on it is too late; the next time, and the next blackout day, end its window, too
     * @param blackout the days that it falls on, as they were declared; empty: it falls on none
     */
    public record Due(Instant at, Instant until, String blackout) {}

    public static boolean knowsTimeZone(String name) {
        return ZoneId.getAvailableZoneIds().contains(name);
    }

    /** The first one after {@code moment}; empty: none ever comes. */
    public Optional<Due> due(Instant moment) {
        return dues(moment).findFirst();
    }

    /** The next ones after {@code moment}. */
    public List<Due> upcoming(Instant moment, int most) {
        return dues(moment).limit(most).toList();
    }

    /** All after {@code moment}, as they come: without end, where it has none. */
    Stream<Due> dues(Instant moment) {
        Cron times = Cron.of(cron);
        return Stream.iterate(
                        times.next(moment.atZone(ZoneId.of(timeZone))),
                        Optional::isPresent,
                        at -> at.flatMap(times::next))
                .flatMap(Optional::stream)
                .map(at -> due(times, at));
    }

    private Due due(Cron times, ZonedDateTime at) {
        Instant begin = at.toInstant();
        Instant until = Stream.of(
                        Stream.of(begin.plus(Duration.ofMinutes(windowMinutes))),
                        times.next(at).stream().map(ZonedDateTime::toInstant),
                        blackouts.stream()
                                .map(days ->
                                        days.from().atStartOfDay(at.getZone()).toInstant())
                                .filter(first -> first.isAfter(begin)))
                .flatMap(ends -> ends)
                .min(Instant::compareTo)
                .orElseThrow();
        return new Due(begin, until, blackout(at.toLocalDate()));
    }

    /** As clocks there show it. */
    public OffsetDateTime local(Instant moment) {
        return moment.atZone(ZoneId.of(timeZone)).toOffsetDateTime();
    }

    private String blackout(LocalDate day) {
        return blackouts.stream()
                .filter(days -> days.has(day))
                .map(Blackout::text)
                .findFirst()
                .orElse("");
    }
}
