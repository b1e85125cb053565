package io.meridian.control.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meridian.control.audit.AuditEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The whole audit as far as this node was there: what it missed while it was down for long, another node has. */
public final class AuditFiles {
    private final DayFiles files;
    private final ObjectMapper json;

    /** The number that each file begins with. */
    private final TreeMap<Long, LocalDate> begins = new TreeMap<>();

    private long last;

    public AuditFiles(Path folder, ObjectMapper json) throws IOException {
        files = new DayFiles(folder, "audit");
        this.json = json;
        for (LocalDate day : files.days()) {
            List<String> lines = files.lines(day);
            if (!lines.isEmpty()) {
                begins.put(read(lines.getFirst()).number(), day);
                last = read(lines.getLast()).number();
            }
        }
    }

    /** Newest that was written; 0: none. */
    public synchronized long last() {
        return last;
    }

    /** Those that are not there yet, in the order of their numbers. A file's day is never before that of the entry before, whatever clocks said. */
    public synchronized void append(List<AuditEntry> entries) throws IOException {
        var byDay = new TreeMap<LocalDate, List<AuditLine>>();
        LocalDate newest = begins.isEmpty() ? LocalDate.MIN : begins.lastEntry().getValue();
        for (AuditEntry entry : entries) {
            if (entry.number() > last) {
                LocalDate day = entry.at().atOffset(ZoneOffset.UTC).toLocalDate();
                newest = day.isAfter(newest) ? day : newest;
                byDay.computeIfAbsent(newest, _ -> new ArrayList<>()).add(AuditLine.of(entry));
            }
        }
        for (var day : byDay.entrySet()) {
            files.append(day.getKey(), day.getValue().stream().map(this::write).toList());
            if (!begins.containsValue(day.getKey())) {
                begins.put(day.getValue().getFirst().number(), day.getKey());
            }
            last = day.getValue().getLast().number();
        }
    }

    /** Numbers {@code from} to {@code to}, exclusive; ascending. Costs the reading of the days that they are in. */
    public synchronized List<AuditLine> between(long from, long to) {
        Long first = begins.floorKey(from);
        return begins.subMap(first == null ? from : first, to).values().stream()
                .flatMap(day -> files.lines(day).stream())
                .map(this::read)
                .filter(line -> line.number() >= from && line.number() < to)
                .toList();
    }

    private String write(AuditLine line) {
        try {
            return json.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + line, e);
        }
    }

    private AuditLine read(String line) {
        try {
            return json.readValue(line, AuditLine.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not a line of the audit: " + line, e);
        }
    }
}
