package io.meridian.topology;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How much may be left behind in a failover, as people write it: {@code 500rows}, {@code 2s}, {@code 500rows|2s}. Empty parts are not bounded.
 *
 * @param rows row changes that the lost region had and nobody else
 * @param millis of the time that they took
 */
public record LossBound(Optional<Long> rows, Optional<Long> millis) {
    public static final LossBound NONE = new LossBound(Optional.empty(), Optional.empty());
    public static final String RULE = "rows, a time, or both, such as \"500rows\", \"2s\" or \"500rows|2s\"";

    private static final Pattern PART = Pattern.compile("(\\d{1,9})(rows|ms|s|m|h)");

    /** @return empty: this is no bound, {@link #RULE} says what is */
    public static Optional<LossBound> read(String text) {
        LossBound bound = NONE;
        for (String part : text.split("\\|", -1)) {
            Matcher matcher = PART.matcher(part);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            boolean ofRows = matcher.group(2).equals("rows");
            if ((ofRows ? bound.rows : bound.millis).isPresent()) {
                return Optional.empty();
            }
            Optional<Long> number = Optional.of(Long.parseLong(matcher.group(1)) * unit(matcher.group(2)));
            bound = ofRows ? new LossBound(number, bound.millis) : new LossBound(bound.rows, number);
        }
        return Optional.of(bound);
    }

    private static long unit(String unit) {
        return switch (unit) {
            case "s" -> 1000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            default -> 1;
        };
    }

    public boolean bounds() {
        return rows.isPresent() || millis.isPresent();
    }

    /** As {@link #read} reads it; empty when nothing is bounded. */
    public String text() {
        return Stream.concat(
                        rows.map(most -> most + "rows").stream(),
                        millis.map(most -> most % 1000 == 0 ? most / 1000 + "s" : most + "ms").stream())
                .collect(Collectors.joining("|"));
    }
}
