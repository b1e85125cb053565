package io.meridian.control.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs that ended, as the API showed them that day, by the day of their end. */
public final class RunFiles {
    private final DayFiles files;
    private final ObjectMapper json;

    /** @param next where the page behind this one begins; empty: this is the last */
    public record Page(List<JsonNode> runs, Optional<String> next) {}

    public RunFiles(Path folder, ObjectMapper json) throws IOException {
        files = new DayFiles(folder, "runs");
        this.json = json;
    }

    /** Unless it is there. */
    public synchronized void append(Instant endedAt, String document) throws IOException {
        files.appendOnce(LocalDate.ofInstant(endedAt, ZoneOffset.UTC), document, this::id);
    }

    /** Costs the reading of all files, when it is old. */
    public synchronized Optional<JsonNode> find(String id) {
        for (LocalDate day : files.days().descendingSet()) {
            Optional<JsonNode> run = files.lines(day).stream()
                    .filter(line -> isOf(id, line))
                    .findFirst()
                    .map(this::read);
            if (run.isPresent()) {
                return run;
            }
        }
        return Optional.empty();
    }

    /** @param cursor from a page's {@code next}; empty: the newest */
    public synchronized Page page(String cursor, int limit) {
        int slash = cursor.indexOf('/');
        LocalDate from = slash < 0 ? LocalDate.MAX : LocalDate.parse(cursor.substring(0, slash));
        int line = slash < 0 ? Integer.MAX_VALUE : Integer.parseInt(cursor.substring(slash + 1));
        var runs = new ArrayList<JsonNode>();
        for (LocalDate day : files.days().headSet(from, true).descendingSet()) {
            List<String> lines = files.lines(day);
            int end = day.equals(from) ? Math.min(line, lines.size()) : lines.size();
            for (int i = end - 1; i >= 0; i--) {
                if (runs.size() == limit) {
                    return new Page(runs, Optional.of(day + "/" + (i + 1)));
                }
                runs.add(read(lines.get(i)));
            }
        }
        return new Page(runs, Optional.empty());
    }

    /** Of a cursor that {@link #page} gave. */
    public static boolean isCursor(String text) {
        return text.matches(
                        "\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\\d|2[0-8])/\\d{1,9}|\\d{4}-(0[13-9]|1[0-2])-(29|30)/\\d{1,9}")
                || text.matches("\\d{4}-(0[13578]|1[02])-31/\\d{1,9}|\\d{2}([02468][048]|[13579][26])-02-29/\\d{1,9}");
    }

    private boolean isOf(String id, String line) {
        return line.contains("\"" + id + "\"") && id(line).equals(id);
    }

    private String id(String line) {
        return read(line).path("id").asText();
    }

    private JsonNode read(String line) {
        try {
            return json.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not a line of the runs' history: " + line, e);
        }
    }
}
