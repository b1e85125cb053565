package io.meridian.control.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.control.switching.MoveOptions;
import io.meridian.topology.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The members of a move that say how its waves go: {@code {"wave":64,"pauseBetweenWaves":"30s","stopOnGuard":true,"paused":true}}. */
final class WaveOptions {
    private static final int WAVE_MOST = 4096;
    private static final Duration PAUSE_MOST = Duration.ofHours(24);
    private static final Pattern TIME = Pattern.compile("(\\d{1,6})(ms|s|m|h)");

    private WaveOptions() {}

    static MoveOptions read(JsonNode document, List<Problem.Fault> faults) {
        return new MoveOptions(
                wave(document.path("wave"), faults),
                pause(document.path("pauseBetweenWaves"), faults),
                flag(document, "stopOnGuard", faults),
                flag(document, "paused", faults));
    }

    private static Optional<Integer> wave(JsonNode value, List<Problem.Fault> faults) {
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!Documents.isWhole(value) || value.intValue() < 1 || value.intValue() > WAVE_MOST) {
            faults.add(new Problem.Fault("/wave", "how many shards move together: 1 to " + WAVE_MOST));
            return Optional.empty();
        }
        return Optional.of(value.intValue());
    }

    private static Optional<Duration> pause(JsonNode value, List<Problem.Fault> faults) {
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        Matcher time = TIME.matcher(value.asText());
        if (value.isTextual() && time.matches()) {
            Duration pause = of(Long.parseLong(time.group(1)), time.group(2));
            if (pause.compareTo(PAUSE_MOST) <= 0) {
                return Optional.of(pause);
            }
        }
        faults.add(new Problem.Fault("/pauseBetweenWaves", "a time such as \"30s\" or \"5m\", 24h at most"));
        return Optional.empty();
    }

    private static Duration of(long number, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }

    private static boolean flag(JsonNode document, String name, List<Problem.Fault> faults) {
        JsonNode value = document.path(name);
        if (!value.isMissingNode() && !value.isBoolean()) {
            faults.add(new Problem.Fault("/" + name, "true or false"));
        }
        return value.asBoolean(false);
    }
}
