package io.meridian.agent.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingTest {
    @TempDir
    private Path folder;

    @Test
    void messagesComeBackInOrderAsOftenAsAskedWhateverTheirSize() throws Exception {
        var random = new Random(7);
        List<ByteBuffer> written = new ArrayList<>();
        for (int count = 0; count < 2_000; count++) {
            written.add(message(random, count % 400 == 0 ? 700_000 : random.nextInt(500)));
        }
        try (Staging staging = Staging.in(folder, Staging.MOST_BYTES)) {
            StagedMessages messages = staging.begin(7, 10_000);
            written.forEach(messages::add);
            assertThat(messages.onDisk()).isTrue();

            var working = new AtomicInteger();
            for (int time = 0; time < 2; time++) {
                List<ByteBuffer> read = new ArrayList<>();
                messages.read(working::incrementAndGet).forEachRemaining(one -> read.add(copy(one)));
                assertThat(read).isEqualTo(written);
            }
            assertThat(working).hasPositiveValue();
        }
    }

    @Test
    void fewMessagesNeedNoDisk() throws Exception {
        try (Staging staging = Staging.in(folder, Staging.MOST_BYTES)) {
            StagedMessages messages = staging.begin(7, 10_000);
            messages.add(ByteBuffer.allocate(9_000));

            assertThat(messages.held()).hasSize(1);
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void theLimitIsForAllTogetherAndWhatEndsMakesRoom() throws Exception {
        try (Staging staging = Staging.in(folder, 10_000)) {
            StagedMessages one = staging.begin(7, 10);
            StagedMessages other = staging.begin(8, 10);
            one.add(ByteBuffer.allocate(6_000));

            assertThatThrownBy(() -> other.add(ByteBuffer.allocate(6_000)))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("at most 10000")
                    .hasMessageContaining("limit");
            one.discard();
            one.discard();
            staging.begin(9, 10).add(ByteBuffer.allocate(6_000));
        }
    }

    @Test
    void whatWasLeftIsRemovedAtTheStartAndTheFolderAtTheEnd() throws Exception {
        Files.writeString(folder.resolve("3-77.staged"), "left by one that was killed");

        Staging staging = Staging.in(folder, Staging.MOST_BYTES);
        assertThat(folder).isEmptyDirectory();
        staging.begin(7, 10).add(ByteBuffer.allocate(100));
        staging.close();

        assertThat(folder).doesNotExist();
    }

    @Test
    void aFileThatWasCutShortIsNotTakenForTheWholeTransaction() throws Exception {
        try (Staging staging = Staging.in(folder, Staging.MOST_BYTES)) {
            StagedMessages messages = staging.begin(7, 10);
            messages.add(ByteBuffer.allocate(5_000));
            Path file = folder.resolve("1-7.staged");
            try (var channel = Files.newByteChannel(file, java.nio.file.StandardOpenOption.WRITE)) {
                channel.truncate(3_000);
            }

            assertThatThrownBy(() -> messages.read(() -> {}).next())
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("cannot be read back");
        }
    }

    private static ByteBuffer message(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private static ByteBuffer copy(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return ByteBuffer.wrap(bytes);
    }
}
