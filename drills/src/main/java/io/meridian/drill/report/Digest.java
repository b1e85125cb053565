package io.meridian.drill.report;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A report as short as the control plane keeps it: the same document with fewer points. Seconds of the curve are added up over {@code secondsPerPoint}, and of the
 * lag the worst of as many seconds stays; the whole stays with the runner.
 */
public final class Digest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Digest() {}

    /** @param longest characters of its JSON @throws IllegalStateException no report is so long without any point */
    public static ObjectNode of(Report report, int longest) {
        for (int seconds = 1; ; seconds *= 2) {
            ObjectNode digest = JSON.valueToTree(report);
            digest.put("secondsPerPoint", seconds);
            digest.set("curve", JSON.valueToTree(curve(report.curve(), seconds)));
            digest.set("lag", JSON.valueToTree(lag(report.lag(), seconds)));
            // Where files lie on the runner's machine is nobody else's.
            digest.withArray("/runs").forEach(run -> {
                if (run instanceof ObjectNode proof && proof.hasNonNull("file")) {
                    proof.put(
                            "file",
                            Objects.toString(
                                    Path.of(proof.path("file").asText()).getFileName(), ""));
                }
            });
            if (written(digest).length() <= longest) {
                return digest;
            }
            if (seconds > report.seconds()) {
                throw new IllegalStateException("the report of " + report.id() + " is longer than " + longest
                        + " characters without its curves");
            }
        }
    }

    private static List<Report.Second> curve(List<Report.Second> curve, int seconds) {
        Map<Integer, Report.Second> merged = new TreeMap<>();
        for (Report.Second second : curve) {
            int at = second.second() / seconds * seconds;
            merged.merge(
                    at,
                    new Report.Second(at, second.ok(), second.failed()),
                    (a, b) -> new Report.Second(at, a.ok() + b.ok(), a.failed() + b.failed()));
        }
        return new ArrayList<>(merged.values());
    }

    private static List<Report.Lag> lag(List<Report.Lag> lag, int seconds) {
        Map<String, Report.Lag> worst = new LinkedHashMap<>();
        for (Report.Lag point : lag) {
            worst.merge(
                    point.source() + " " + point.target() + " " + (int) (point.second() / seconds),
                    point,
                    (a, b) -> Objects.requireNonNullElse(b.millis(), -1L) > Objects.requireNonNullElse(a.millis(), -1L)
                            ? b
                            : a);
        }
        return new ArrayList<>(worst.values());
    }

    private static String written(ObjectNode digest) {
        try {
            return JSON.writeValueAsString(digest);
        } catch (JacksonException defect) {
            throw new IllegalStateException("cannot be written as JSON: " + digest, defect);
        }
    }
}
