package io.meridian.control.failover;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How much may be left behind. Empty parts are not bounded.
 *
 * @param rows row changes that the lost region had and nobody else
 * @param millis of the time that they took
 */
public record MaxLoss(Optional<Long> rows, Optional<Long> millis) {
    public static MaxLoss none() {
        return new MaxLoss(Optional.empty(), Optional.empty());
    }

    /** By what {@code exposure} is more than this; what is not known is more. @return sentences; empty: it is not */
    List<String> exceeded(Exposure exposure) {
        var excess = new ArrayList<String>();
        millis.ifPresent(most -> {
            if (exposure.millis().isEmpty()) {
                excess.add("how many seconds would be lost is not known, and at most " + seconds(most) + " may be");
            } else if (exposure.millis().get() > most) {
                excess.add("the last " + seconds(exposure.millis().get()) + " would be lost, and at most "
                        + seconds(most) + " may be");
            }
        });
        rows.ifPresent(most -> {
            Optional<Long> lost = exposure.rows().or(exposure::records);
            String unit = exposure.rows().isPresent() ? " rows" : " records of unknown size";
            if (lost.isEmpty()) {
                excess.add("how many rows would be lost is not known, and at most " + most + " may be");
            } else if (lost.get() > most) {
                excess.add("about " + lost.get() + unit + " would be lost, and at most " + most + " rows may be");
            }
        });
        return excess;
    }

    private static String seconds(long millis) {
        return (millis / 1000.0) + " s";
    }

    @Override
    public String toString() {
        String bound = Stream.concat(rows.map(most -> most + "rows").stream(), millis.map(most -> most + "ms").stream())
                .collect(Collectors.joining("|"));
        return bound.isEmpty() ? "unbounded" : bound;
    }
}
