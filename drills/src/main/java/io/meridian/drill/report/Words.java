package io.meridian.drill.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Figures as both texts show them. */
final class Words {
    static final String NOT_MEASURED = "not measured";

    private Words() {}

    static String seconds(@Nullable Double seconds) {
        return seconds == null ? NOT_MEASURED : String.format(Locale.ROOT, "%.1f s", seconds);
    }

    static String count(@Nullable Long count) {
        return count == null ? NOT_MEASURED : String.format(Locale.ROOT, "%,d", count);
    }

    static String outcome(Report report) {
        return switch (report.outcome()) {
            case PASSED -> "Passed: every target was met";
            case MISSED -> "Missed: not every target was met";
            case ABORTED -> "Aborted: " + report.reason();
            case FAILED -> "Failed: " + report.reason();
        };
    }

    /** A line for each copy: how far it was behind at its worst, and for how long nobody knew. */
    static List<String> lags(Report report) {
        Map<String, List<Report.Lag>> links = report.lag().stream()
                .collect(Collectors.groupingBy(
                        lag -> lag.source() + "'s in " + lag.target(), TreeMap::new, Collectors.toList()));
        return links.entrySet().stream()
                .map(link -> {
                    long unknown = link.getValue().stream()
                            .filter(lag -> lag.millis() == null)
                            .count();
                    Double worst = link.getValue().stream()
                            .flatMap(lag -> Stream.ofNullable(lag.millis()))
                            .max(Long::compare)
                            .map(millis -> millis / 1000.0)
                            .orElse(null);
                    return link.getKey() + ": at most " + seconds(worst)
                            + (unknown == 0
                                    ? ""
                                    : "; not known in " + unknown + " of "
                                            + link.getValue().size() + " looks");
                })
                .toList();
    }

    /** Against the drill before: less is better. */
    static String change(double now, double before, String unit) {
        double change = now - before;
        return Math.abs(change) < 0.05
                ? "as before"
                : String.format(Locale.ROOT, "%+.1f%s", change, unit.isEmpty() ? "" : " " + unit);
    }
}
