package io.meridian.topology.ids;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * Ids and what they say, made by another implementation (Python's integers). Java and SQL are tested with the same file, {@code /meridian/id-vectors.tsv}
 * of this module: a header line, then id, time, number and count separated by tabs.
 */
public final class IdVectors {
    private IdVectors() {}

    public record Vector(long id, Instant at, int number, int count) {}

    public static List<Vector> load() {
        try (InputStream file = IdVectors.class.getResourceAsStream("/meridian/id-vectors.tsv")) {
            if (file == null) {
                throw new IllegalStateException("id-vectors.tsv is missing from the jar of topology");
            }
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().skip(1).map(IdVectors::vector).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Vector vector(String line) {
        String[] fields = line.split("\t", -1);
        return new Vector(
                Long.parseLong(fields[0]),
                Instant.parse(fields[1]),
                Integer.parseInt(fields[2]),
                Integer.parseInt(fields[3]));
    }
}
