package io.meridian.ledger.load;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** Appends each acknowledged write as one line the moment it is acknowledged, so that a killed load still tells what was promised. */
final class Report implements AutoCloseable {
    private final Optional<BufferedWriter> file;

    Report(Optional<Path> path) throws IOException {
        file = path.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Files.newBufferedWriter(path.get(), StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }

    void acknowledged(String user, Acknowledgement told) {
        Write write = told.write();
        line("""
                {"user":"%s","request":"%s","from":"%s","to":"%s","amount":%d,"fromNumber":%d,"toNumber":%d}""".formatted(
                user, write.request(), write.from(), write.to(), write.amount(), told.fromNumber(), told.toNumber()));
    }

    void findings(List<String> findings) {
        findings.forEach(this::line);
    }

    private synchronized void line(String text) {
        file.ifPresent(writer -> {
            try {
                writer.write(text);
                writer.newLine();
                writer.flush();
            } catch (IOException full) {
                throw new UncheckedIOException(full);
            }
        });
    }

    @Override
    public void close() throws IOException {
        if (file.isPresent()) {
            file.get().close();
        }
    }
}
