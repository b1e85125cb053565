package io.meridian.agent.capture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where large transactions wait for their end: files in a folder that nobody else uses. Nothing in them outlives the session that wrote them,
 * because whatever was not captured is sent again; so the folder is emptied at the start, and at the end. Owned by the thread that captures.
 */
final class Staging implements AutoCloseable {
    /** All transactions together; far above what T_tx lets an application write, and far below most disks. */
    static final long MOST_BYTES = 64L << 30;

    private static final String ENDING = ".staged";

    private final Path folder;
    private final long mostBytes;
    private final Set<StagedMessages> open = new HashSet<>();
    private long bytes;
    private long begun;

    private Staging(Path folder, long mostBytes) {
        this.folder = folder;
        this.mostBytes = mostBytes;
    }

    /** Only for whoever holds the slot: another one may still use the folder. */
    static Staging in(Path folder, long mostBytes) throws IOException {
        Files.createDirectories(folder);
        var staging = new Staging(folder, mostBytes);
        staging.empty();
        return staging;
    }

    /** @param mostHeld how many bytes of it may be in memory */
    StagedMessages begin(int xid, long mostHeld) {
        begun++;
        var messages = new StagedMessages(
                this, folder.resolve(begun + "-" + Integer.toUnsignedString(xid) + ENDING), mostHeld);
        open.add(messages);
        return messages;
    }

    void occupy(long more) {
        if (bytes + more > mostBytes) {
            throw failed(new IOException("the limit is reached"));
        }
        bytes += more;
    }

    void forget(StagedMessages messages, long freed) {
        open.remove(messages);
        bytes -= freed;
    }

    UncheckedIOException failed(IOException e) {
        return new UncheckedIOException(
                "large transactions cannot be staged in " + folder + " (" + bytes + " bytes are there, at most "
                        + mostBytes + "): " + e.getMessage()
                        + "; the store keeps its log until there is room, and nothing is lost",
                e);
    }

    private void empty() throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "*" + ENDING)) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public void close() throws IOException {
        List.copyOf(open).forEach(StagedMessages::discard);
        if (Files.exists(folder)) {
            empty();
            try {
                Files.delete(folder);
            } catch (DirectoryNotEmptyException e) {
                // somebody keeps something else there, which is not ours to remove
            }
        }
    }
}
