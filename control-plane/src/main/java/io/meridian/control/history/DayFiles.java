package io.meridian.control.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lines in a file per day, such as {@code audit-2026-11-25.jsonl}. One writer. A line that a crash left half written is cut off when the file is
 * next written to, and is not shown before.
 */
final class DayFiles {
    private static final String SUFFIX = ".jsonl";

    /** Late ones are of the day before. */
    private static final int DAYS_WITH_KNOWN_KEYS = 2;

    private final Path folder;
    private final String prefix;
    /** Of the days that {@link #appendOnce} wrote to last, so that it reads a file once and not at each line. */
    private final TreeMap<LocalDate, Set<String>> keys = new TreeMap<>();

    DayFiles(Path folder, String prefix) throws IOException {
        this.folder = folder;
        this.prefix = prefix + "-";
        Files.createDirectories(folder);
    }

    /** Ascending. */
    TreeSet<LocalDate> days() {
        try (Stream<Path> files = Files.list(folder)) {
            var days = new TreeSet<LocalDate>();
            files.map(file -> file.getFileName() + "")
                    .filter(name -> name.startsWith(prefix) && name.endsWith(SUFFIX))
                    .map(name -> name.substring(prefix.length(), name.length() - SUFFIX.length()))
                    .filter(day -> day.matches("\\d{4}-\\d{2}-\\d{2}"))
                    .forEach(day -> days.add(LocalDate.parse(day)));
            return days;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In the order written. */
    List<String> lines(LocalDate day) {
        Path file = file(day);
        try {
            if (!Files.exists(file)) {
                return List.of();
            }
            String text = Files.readString(file);
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Unless that day's file has a line with this key. On disk when this returns.
     *
     * @param keyOf the key of a line
     */
    void appendOnce(LocalDate day, String line, UnaryOperator<String> keyOf) throws IOException {
        Set<String> known = keys.get(day);
        if (known == null) {
            known = lines(day).stream().map(keyOf).collect(Collectors.toCollection(HashSet::new));
            keys.put(day, known);
            if (keys.size() > DAYS_WITH_KNOWN_KEYS) {
                keys.remove(keys.firstKey());
            }
        }
        String key = keyOf.apply(line);
        if (!known.contains(key)) {
            append(day, List.of(line));
            known.add(key);
        }
    }

    /** On disk when this returns. */
    void append(LocalDate day, List<String> lines) throws IOException {
        var text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        try (FileChannel out = FileChannel.open(
                file(day), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            out.position(endOfWholeLines(out));
            out.truncate(out.position());
            ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
    }

    private static long endOfWholeLines(FileChannel file) throws IOException {
        var one = ByteBuffer.allocate(1);
        for (long end = file.size(); end > 0; end--) {
            file.read(one.clear(), end - 1);
            if (one.get(0) == '\n') {
                return end;
            }
        }
        return 0;
    }

    private Path file(LocalDate day) {
        return folder.resolve(prefix + day + SUFFIX);
    }
}
