package io.meridian.local.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A process did not come up; the message carries the last lines of its log and says where the log is. */
public final class StartFailedException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int LINES_SHOWN = 15;

    public StartFailedException(String message) {
        super(message);
    }

    public StartFailedException(String message, Path log) {
        super(message + "\n" + tail(log, LINES_SHOWN) + "  whole log: " + log);
    }

    /** The last {@code lines} of a log, indented; empty when there is none. */
    public static String tail(Path log, int lines) {
        try {
            List<String> all = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            var text = new StringBuilder();
            all.subList(Math.max(0, all.size() - lines), all.size())
                    .forEach(line -> text.append("  | ").append(line).append('\n'));
            return text.toString();
        } catch (IOException unreadable) {
            return "";
        }
    }
}
