package io.meridian.control.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.control.drilling.Drill;
import io.meridian.topology.Problem;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What runners tell of their drills, read. */
final class DrillReports {
    private static final String RUNNER = "[a-z0-9][a-z0-9._-]{0,62}";
    private static final int LINES = 100;
    private static final int LONGEST_REASON = 1000;
    private static final int RUNS = 20;
    /** No runner's clock may be further ahead of ours. */
    private static final Duration CLOCKS_APART = Duration.ofMinutes(5);

    private static final Set<String> FIGURES =
            Set.of("rtoMillis", "rpoRows", "requests", "failed", "lost", "doubled", "orphans");

    private DrillReports() {}

    record Progress(String runner, long first, List<Drill.Line> lines) {}

    record Result(
            String runner,
            Drill.State outcome,
            String reason,
            Optional<Instant> begunAt,
            Drill.Figures figures,
            List<String> runs,
            String report) {}

    static String runner(@Nullable String body) {
        return Documents.read(body, "a claim is {\"runner\":\"a-name\"}", Set.of("runner"), DrillReports::runner);
    }

    static String runner(JsonNode document, List<Problem.Fault> faults) {
        String name = Documents.text(document, "runner", "the runner's name", faults);
        if (!name.isEmpty() && !name.matches(RUNNER)) {
            faults.add(new Problem.Fault("/runner", "small letters, digits, '.', '_' and '-', at most 63"));
        }
        return name;
    }

    static Progress progress(@Nullable String body, Instant now) {
        return Documents.read(
                body,
                "progress is {\"runner\":\"a-name\",\"first\":0,\"lines\":[{\"at\":\"2026-01-01T00:00:00Z\",\"text\":\"…\"}]}",
                Set.of("runner", "first", "lines"),
                (document, faults) -> new Progress(
                        runner(document, faults),
                        document.has("first") ? Documents.whole(document, "first", 0, Integer.MAX_VALUE, faults) : 0,
                        lines(document.path("lines"), now, faults)));
    }

    private static List<Drill.Line> lines(JsonNode lines, Instant now, List<Problem.Fault> faults) {
        if (!lines.isMissingNode() && (!lines.isArray() || lines.size() > LINES)) {
            faults.add(new Problem.Fault("/lines", "a list of at most " + LINES));
            return List.of();
        }
        var read = new ArrayList<Drill.Line>();
        for (int i = 0; i < lines.size(); i++) {
            JsonNode line = lines.path(i);
            String text = line.path("text").asText();
            if (!line.path("text").isTextual() || text.isBlank() || text.length() > Drill.LONGEST_LINE) {
                faults.add(new Problem.Fault(
                        "/lines/" + i + "/text", "a text of at most " + Drill.LONGEST_LINE + " characters"));
            }
            read.add(new Drill.Line(
                    time(line.path("at"), "/lines/" + i + "/at", now, faults).orElse(Instant.EPOCH), text));
        }
        return read;
    }

    static Result result(@Nullable String body, Instant now) {
        return Documents.read(
                body,
                "a result is {\"runner\":\"a-name\",\"outcome\":\"PASSED\"}",
                Set.of("runner", "outcome", "reason", "begunAt", "figures", "runs", "report"),
                (document, faults) -> new Result(
                        runner(document, faults),
                        outcome(document.path("outcome"), faults),
                        reason(document, faults),
                        document.hasNonNull("begunAt")
                                ? time(document.path("begunAt"), "/begunAt", now, faults)
                                : Optional.empty(),
                        figures(document.path("figures"), faults),
                        runs(document, faults),
                        report(document.path("report"), faults)));
    }

    private static Drill.State outcome(JsonNode outcome, List<Problem.Fault> faults) {
        for (Drill.State state : Drill.State.values()) {
            if (state.over() && state.name().equals(outcome.asText())) {
                return state;
            }
        }
        faults.add(new Problem.Fault("/outcome", "PASSED, MISSED, FAILED, ABORTED or SKIPPED"));
        return Drill.State.FAILED;
    }

    private static String reason(JsonNode document, List<Problem.Fault> faults) {
        if (!document.hasNonNull("reason")) {
            return "";
        }
        String reason = Documents.text(document, "reason", "why it did not end by itself", faults);
        if (reason.length() > LONGEST_REASON) {
            faults.add(new Problem.Fault("/reason", "at most " + LONGEST_REASON + " characters"));
        }
        return reason;
    }

    private static Drill.Figures figures(JsonNode figures, List<Problem.Fault> faults) {
        if (!figures.isMissingNode() && !figures.isNull() && !figures.isObject()) {
            faults.add(new Problem.Fault("/figures", "an object with " + FIGURES));
        }
        figures.fieldNames().forEachRemaining(name -> {
            if (!FIGURES.contains(name)) {
                faults.add(new Problem.Fault("/figures/" + name, "unknown; there is " + FIGURES));
            }
        });
        return new Drill.Figures(
                figure(figures, "rtoMillis", faults),
                figure(figures, "rpoRows", faults),
                figure(figures, "requests", faults),
                figure(figures, "failed", faults),
                figure(figures, "lost", faults),
                figure(figures, "doubled", faults),
                figure(figures, "orphans", faults));
    }

    private static Optional<Long> figure(JsonNode figures, String name, List<Problem.Fault> faults) {
        JsonNode value = figures.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isNumber()
                || !value.canConvertToExactIntegral()
                || !value.canConvertToLong()
                || value.asLong() < 0) {
            faults.add(new Problem.Fault("/figures/" + name, "a whole number, 0 or more; null: not measured"));
        }
        return Optional.of(value.asLong());
    }

    private static List<String> runs(JsonNode document, List<Problem.Fault> faults) {
        List<String> runs = Documents.texts(document, "runs", faults);
        if (runs.size() > RUNS || !runs.stream().allMatch(run -> run.matches("mv-[0-9]{1,18}"))) {
            faults.add(new Problem.Fault("/runs", "at most " + RUNS + " runs such as mv-1"));
        }
        return runs;
    }

    private static String report(JsonNode report, List<Problem.Fault> faults) {
        if (report.isMissingNode() || report.isNull()) {
            return "";
        }
        if (!report.isObject()) {
            faults.add(new Problem.Fault("/report", "an object"));
        }
        return report.toString();
    }

    private static Optional<Instant> time(JsonNode value, String pointer, Instant now, List<Problem.Fault> faults) {
        try {
            Instant at = Instant.parse(value.asText());
            if (!at.isAfter(now.plus(CLOCKS_APART)) && !at.isBefore(Instant.EPOCH)) {
                return Optional.of(at);
            }
        } catch (DateTimeException e) {
            // told below
        }
        faults.add(new Problem.Fault(pointer, "a time in UTC such as \"2026-01-01T00:00:00Z\", and not to come"));
        return Optional.empty();
    }
}
