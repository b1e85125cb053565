package io.meridian.ledger.load;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * @param requests sent by schedule, after the accounts were opened
 * @param failed of them: everything but the right answer; {@code failures} says of which kind
 * @param acknowledged writes that were answered 201, or found when asked for afterwards; the opened accounts are not counted
 * @param lost acknowledged writes that are not there, or not as acknowledged, and books that contradict themselves
 * @param doubled effects that are there more than once, or that nobody asked for
 * @param latency of all requests, from the time they were scheduled for
 * @param pause of requests held by a move: their latency less the median of those that were not held
 * @param findings what is behind {@code lost}, {@code doubled} and unjudged users, in words
 */
public record LoadResult(
        long requests,
        long failed,
        Map<String, Long> failures,
        long acknowledged,
        long lost,
        long doubled,
        Waits latency,
        Waits pause,
        List<String> findings) {

    public boolean nothingLostOrDoubled() {
        return lost == 0 && doubled == 0 && findings.isEmpty();
    }

    /** The form that scripts read. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("requests", requests);
        json.put("failed", failed);
        json.put("failures", failures);
        json.put("acknowledged", acknowledged);
        json.put("lost", lost);
        json.put("doubled", doubled);
        json.put("latencyMillis", latency.toJson());
        json.put("pauseMillis", pause.toJson());
        return json;
    }
}
