package io.meridian.agent.capture;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Messages of one transaction, in order: in memory while they are few, then in a file. Owned by the thread that captures. */
final class StagedMessages {
    private static final int BUFFER_BYTES = 256 << 10;
    /** What a message costs in memory besides its bytes. */
    private static final int COST_BYTES = 100;

    private final Staging staging;
    private final Path path;
    private final long mostHeld;
    private List<ByteBuffer> held = new ArrayList<>();
    private long heldBytes;
    private Optional<FileChannel> file = Optional.empty();
    private long fileBytes;

    /** @param mostHeld how many bytes may wait in memory */
    StagedMessages(Staging staging, Path path, long mostHeld) {
        this.staging = staging;
        this.path = path;
        this.mostHeld = mostHeld;
    }

    /** Keeps {@code message} as it is; the caller no more touches it. */
    void add(ByteBuffer message) {
        held.add(message);
        heldBytes += message.remaining() + COST_BYTES;
        if (heldBytes > mostHeld) {
            flush();
        }
    }

    boolean onDisk() {
        return file.isPresent();
    }

    /** All of them, while none is on disk. */
    List<ByteBuffer> held() {
        if (onDisk()) {
            throw new IllegalStateException("the messages in " + path + " are not in memory");
        }
        return held;
    }

    /** All of them, once some are on disk; each is good until the next is asked for. @param working told again and again while it lasts */
    Iterator<ByteBuffer> read(Runnable working) {
        flush();
        return new Reading(file.orElseThrow(), working);
    }

    private void flush() {
        int size = 0;
        for (ByteBuffer message : held) {
            size += Integer.BYTES + message.remaining();
        }
        ByteBuffer bytes = ByteBuffer.allocate(size);
        held.forEach(message -> bytes.putInt(message.remaining()).put(message.duplicate()));
        bytes.flip();
        staging.occupy(size);
        try {
            FileChannel channel = file.isPresent() ? file.get() : create();
            while (bytes.hasRemaining()) {
                fileBytes += channel.write(bytes, fileBytes);
            }
        } catch (IOException e) {
            throw staging.failed(e);
        }
        held = new ArrayList<>();
        heldBytes = 0;
    }

    private FileChannel create() throws IOException {
        FileChannel created = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        file = Optional.of(created);
        return created;
    }

    /** Again: nothing. */
    void discard() {
        held = new ArrayList<>();
        heldBytes = 0;
        if (file.isPresent()) {
            try (FileChannel channel = file.get()) {
                file = Optional.empty();
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw staging.failed(e);
            } finally {
                staging.forget(this, fileBytes);
                fileBytes = 0;
            }
        } else {
            staging.forget(this, 0);
        }
    }

    private final class Reading implements Iterator<ByteBuffer> {
        private final FileChannel channel;
        private final Runnable working;
        private final long end = fileBytes;
        private ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
        private long place;

        Reading(FileChannel channel, Runnable working) {
            this.channel = channel;
            this.working = working;
        }

        @Override
        public boolean hasNext() {
            return place < end || buffer.hasRemaining();
        }

        @Override
        public ByteBuffer next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            try {
                have(Integer.BYTES);
                int length = buffer.getInt();
                have(length);
                ByteBuffer message = buffer.slice(buffer.position(), length);
                buffer.position(buffer.position() + length);
                return message;
            } catch (IOException e) {
                throw new UncheckedIOException("what was staged in " + path + " cannot be read back", e);
            }
        }

        private void have(int wanted) throws IOException {
            if (buffer.remaining() >= wanted) {
                return;
            }
            working.run();
            if (wanted > end - place + buffer.remaining()) {
                throw new EOFException("it ends within a message");
            }
            ByteBuffer next = wanted <= BUFFER_BYTES && buffer.capacity() == BUFFER_BYTES
                    ? buffer.compact()
                    : ByteBuffer.allocate(Math.max(wanted, BUFFER_BYTES)).put(buffer);
            while (next.position() < wanted) {
                int read = channel.read(next, place);
                if (read < 0) {
                    throw new EOFException("it was made shorter");
                }
                place += read;
            }
            buffer = next.flip();
        }
    }
}
