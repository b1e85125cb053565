package io.meridian.control.drilling;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;

/**
 * A five-field UNIX cron expression: minute, hour, day of the month, month, day of the week; with both days given, either will do. A local time that
 * the clocks skip does not come that day; of one that they repeat, a fixed hour comes the first time only, and every hour comes each time.
 */
public final class Cron {
    public static final int LONGEST = 100;
    /** A drill of that many minutes is a short one. */
    static final Duration LEAST_APART = Duration.ofHours(1);

    private record Field(String name, String range) {}

    private static final List<Field> FIELDS = List.of(
            new Field("minute", "0 to 59"),
            new Field("hour", "0 to 23"),
            new Field("day of the month", "1 to 31"),
            new Field("month", "1 to 12, or JAN to DEC"),
            new Field("day of the week", "0 to 7, Sunday being 0 and 7, or MON to SUN"));

    private static final ZonedDateTime ANY_HOUR = ZonedDateTime.of(2000, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    private final ExecutionTime times;

    private Cron(ExecutionTime times) {
        this.times = times;
    }

    /** Either the expression, or what is wrong with it, where, and what may stand there. */
    public sealed interface Reading {
        record Read(Cron cron) implements Reading {}

        record Faulty(String fault) implements Reading {}
    }

    public static Reading read(String text) {
        if (text.length() > LONGEST || !text.matches("[0-9A-Za-z*,/ -]*")) {
            return new Reading.Faulty("at most " + LONGEST
                    + " characters: digits, letters, '*', ',', '-', '/' and spaces, such as \"0 3 * * MON\"");
        }
        String[] fields = text.strip().split(" +");
        if (fields.length != FIELDS.size()) {
            return new Reading.Faulty("'" + text + "' has " + (text.isBlank() ? 0 : fields.length)
                    + " fields; there are five, minute, hour, day of the month, month, day of the week, such"
                    + " as \"0 3 * * MON\"");
        }
        int place = 0;
        for (int i = 0; i < fields.length; i++) {
            place = text.indexOf(fields[i], place) + 1;
            String[] alone = {"*", "*", "*", "*", "*"};
            alone[i] = fields[i];
            if (parsed(String.join(" ", alone)).isEmpty()) {
                Field field = FIELDS.get(i);
                return new Reading.Faulty("field " + (i + 1) + " (" + field.name() + ", at character " + place + "): '"
                        + fields[i] + "' is none of " + field.range()
                        + ", a list such as 1,3, a range such as 1-5 that does not end before it begins, or a"
                        + " step such as */2");
            }
            place += fields[i].length() - 1;
        }
        if (severalAnHour(fields[0])) {
            return new Reading.Faulty("field 1 (minute): '" + fields[0] + "' is due more often than once in "
                    + LEAST_APART.toMinutes() + " min, which is the most; name one minute, such as 0");
        }
        return parsed(String.join(" ", fields))
                .<Reading>map(times -> new Reading.Read(new Cron(times)))
                .orElseGet(() -> new Reading.Faulty("'" + text + "' is no cron expression such as \"0 3 * * MON\""));
    }

    /** Of one that was read before. */
    static Cron of(String text) {
        return switch (read(text)) {
            case Reading.Read read -> read.cron();
            case Reading.Faulty faulty -> throw new IllegalStateException(faulty.fault());
        };
    }

    /** The first time after {@code moment}, in its zone; empty: it never comes, as the 30th of February. */
    public Optional<ZonedDateTime> next(ZonedDateTime moment) {
        return times.nextExecution(moment);
    }

    private static boolean severalAnHour(String minute) {
        ExecutionTime hourly = parsed(minute + " * * * *").orElseThrow();
        ZonedDateTime first = hourly.nextExecution(ANY_HOUR).orElseThrow();
        return Duration.between(first, hourly.nextExecution(first).orElseThrow())
                        .compareTo(LEAST_APART)
                < 0;
    }

    /** Whatever the library throws for what is no expression. */
    private static Optional<ExecutionTime> parsed(String text) {
        var parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
        try {
            return Optional.of(ExecutionTime.forCron(parser.parse(text).validate()));
        } catch (RuntimeException noExpression) {
            return Optional.empty();
        }
    }
}
