package io.meridian.agent.capture;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/** Changes of a transaction that waited on disk, decoded anew each time they are asked for: the bytes are kept as they came. */
final class StagedChanges implements Changes {
    private final StagedMessages messages;
    private final Supplier<ChangeReader> reader;
    private final Runnable working;

    /** @param reader at the beginning of the transaction @param working told again and again while they are read */
    StagedChanges(StagedMessages messages, Supplier<ChangeReader> reader, Runnable working) {
        this.messages = messages;
        this.reader = reader;
        this.working = working;
    }

    @Override
    public boolean inMemory() {
        return false;
    }

    @Override
    public Iterator<SourceChange> iterator() {
        Iterator<ByteBuffer> bytes = messages.read(working);
        ChangeReader changes = reader.get();
        Deque<SourceChange> next = new ArrayDeque<>();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                while (next.isEmpty() && bytes.hasNext()) {
                    next.addAll(changes.read(bytes.next()));
                }
                return !next.isEmpty();
            }

            @Override
            public SourceChange next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return next.removeFirst();
            }
        };
    }

    @Override
    public void close() {
        messages.discard();
    }
}
