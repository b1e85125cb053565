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
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Lines in a file per day, such as {@code audit-2026-11-25.jsonl}. One writer. A line that a crash left half written is cut off when the file is
 * next written to, and is not shown before.
 */
final class DayFiles {
    private static final String SUFFIX = ".jsonl";

    private final Path folder;
    private final String prefix;

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
