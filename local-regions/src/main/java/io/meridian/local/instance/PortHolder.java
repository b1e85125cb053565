package io.meridian.local.instance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Who listens on a port, as far as {@code /proc} lets us see. */
final class PortHolder {
    private static final String LISTENING = "0A";
    private static final int COMMAND_SHOWN = 60;

    private PortHolder() {}

    /** Such as {@code pid 4711 (nginx: master process)}; absent when it is another user's. */
    static Optional<String> of(int port) {
        try {
            Optional<String> inode = inode(port, "/proc/net/tcp").or(() -> inode(port, "/proc/net/tcp6"));
            return inode.flatMap(PortHolder::owner);
        } catch (RuntimeException notReadable) {
            return Optional.empty();
        }
    }

    private static Optional<String> inode(int port, String table) {
        String suffix = ":%04X".formatted(port);
        try (var lines = Files.lines(Path.of(table))) {
            return lines.map(line -> line.strip().split("\\s+"))
                    .filter(fields -> fields.length > 9 && fields[1].endsWith(suffix) && fields[3].equals(LISTENING))
                    .map(fields -> fields[9])
                    .findFirst();
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    private static Optional<String> owner(String inode) {
        return ProcessHandle.allProcesses()
                .filter(process -> holds(process.pid(), "socket:[" + inode + "]"))
                .map(process -> "pid " + process.pid() + " (" + command(process.pid()) + ")")
                .findFirst();
    }

    private static boolean holds(long pid, String socket) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path descriptor : open) {
                if (Files.isSymbolicLink(descriptor)
                        && Files.readSymbolicLink(descriptor).toString().equals(socket)) {
                    return true;
                }
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException notOurs) {
            return false;
        }
        return false;
    }

    private static String command(long pid) {
        try {
            String whole = Files.readString(
                            Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ')
                    .strip();
            return whole.length() > COMMAND_SHOWN ? whole.substring(0, COMMAND_SHOWN) + "…" : whole;
        } catch (IOException gone) {
            return "gone";
        }
    }
}
