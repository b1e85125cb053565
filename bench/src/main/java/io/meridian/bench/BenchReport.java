package io.meridian.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What every bench prints. */
record BenchReport(String bench, Instant when, Machine machine, List<Measurement> results) {
    private static final ObjectMapper JSON = new ObjectMapper();

    String json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("bench", bench);
        json.put("when", when.truncatedTo(ChronoUnit.SECONDS).toString());
        json.put("machine", machine.toJson());
        json.put("results", results.stream().map(Measurement::toJson).toList());
        try {
            return JSON.writeValueAsString(json);
        } catch (JsonProcessingException defect) {
            throw new IllegalStateException(defect);
        }
    }

    String table() {
        String head = "bench %s, %s: %d cores, %s GiB, load %s%n"
                .formatted(
                        bench,
                        when.truncatedTo(ChronoUnit.SECONDS),
                        machine.cores(),
                        machine.memoryGiB(),
                        shown(machine.load()));
        return results.stream().map(BenchReport::line).collect(Collectors.joining("\n", head, ""));
    }

    private static String line(Measurement one) {
        String line = "  %-28s %10s %-8s".formatted(one.metric(), shown(one.value()), one.unit());
        if (one.peer() != null) {
            line += "  %s %s, ratio %s".formatted(one.peer(), shown(one.peerValue()), shown(one.ratio()));
        }
        if (one.goal() != null) {
            line += "  goal %s: %s".formatted(shown(one.goal()), Boolean.TRUE.equals(one.met()) ? "met" : "not met");
        }
        return line.stripTrailing();
    }

    private static String shown(@Nullable Double number) {
        if (number == null) {
            return "-";
        }
        return number == Math.rint(number) ? String.valueOf(number.longValue()) : number.toString();
    }
}
