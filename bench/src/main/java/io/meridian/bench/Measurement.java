package io.meridian.bench;

import io.meridian.ledger.load.Waits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One number.
 *
 * @param metric such as {@code move.pause.p99}
 * @param value null when there was nothing to measure
 * @param peer what it was measured side by side with, if anything
 * @param goal what it should be
 * @param least the goal is the least that it should be; else the most, as for waits and faults
 */
record Measurement(
        String metric,
        @Nullable Double value,
        String unit,
        @Nullable String peer,
        @Nullable Double peerValue,
        @Nullable Double goal,
        boolean least) {

    Measurement(
            String metric,
            @Nullable Double value,
            String unit,
            @Nullable String peer,
            @Nullable Double peerValue,
            @Nullable Double goal) {
        this(metric, value, unit, peer, peerValue, goal, false);
    }

    static Measurement of(String metric, @Nullable Double value, String unit) {
        return new Measurement(metric, value, unit, null, null, null);
    }

    /** As every bench tells waits. */
    static List<Measurement> of(String metric, Waits waits) {
        return List.of(
                of(metric + ".p50", waits.percentileMillis(0.5), "ms"),
                of(metric + ".p99", waits.percentileMillis(0.99), "ms"),
                of(metric + ".max", waits.percentileMillis(1), "ms"));
    }

    Measurement named(String name) {
        return new Measurement(name, value, unit, peer, peerValue, goal, least);
    }

    Measurement atMost(double most) {
        return new Measurement(metric, value, unit, peer, peerValue, most);
    }

    Measurement atLeast(double fewest) {
        return new Measurement(metric, value, unit, peer, peerValue, fewest, true);
    }

    @Nullable
    Double ratio() {
        return value == null || peerValue == null || peerValue == 0
                ? null
                : Math.round(value / peerValue * 1000) / 1000.0;
    }

    /** Null: there is no goal. What was not measured has not met one. */
    @Nullable
    Boolean met() {
        return goal == null ? null : (Boolean) (value != null && (least ? value >= goal : value <= goal));
    }

    Map<String, @Nullable Object> toJson() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("metric", metric);
        json.put("value", value);
        json.put("unit", unit);
        json.put("peer", peer);
        json.put("peerValue", peerValue);
        json.put("ratio", ratio());
        json.put("goal", goal);
        json.put("met", met());
        return json;
    }
}
