package io.meridian.local.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.local.process.Folders;
import io.meridian.local.process.StartFailedException;
import java.nio.file.Files;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InstanceFileTest {
    private final String name = "test-file-" + UUID.randomUUID().toString().substring(0, 8);
    private final Layout layout = Layout.of(name, 21_000, 3);

    @BeforeEach
    void folder() throws Exception {
        Files.createDirectories(layout.folder());
    }

    @AfterEach
    void remove() throws Exception {
        Folders.remove(layout.folder());
    }

    @Test
    void whatWasWrittenIsRead() throws Exception {
        var written = InstanceFile.of(layout)
                .with(InstanceFile.State.RUNNING)
                .with(new InstanceFile.Started("east/kafka", 4711, 1_700_000_000_000L, "/somewhere/log"));

        written.write();

        assertThat(InstanceFile.read(name)).contains(written);
        assertThat(written.layout()).isEqualTo(layout);
    }

    @Test
    void itTellsTheAddressesOfEachRegion() {
        var east = InstanceFile.of(layout).regions().getFirst();

        assertThat(east.edge()).isEqualTo("http://127.0.0.1:21040");
        assertThat(east.zones()).containsEntry("east-1", "127.0.0.1:21050").containsEntry("east-2", "127.0.0.1:21051");
        assertThat(east.postgres()).isEqualTo("jdbc:postgresql://127.0.0.1:21000/ledger");
    }

    @Test
    void itKnowsItsStoreGroups() throws Exception {
        Layout two = Layout.of(name, 21_000, 2, 2);
        InstanceFile.of(two).write();

        InstanceFile read = InstanceFile.read(name).orElseThrow();

        assertThat(read.layout()).isEqualTo(two);
        assertThat(read.regions().getLast().stores())
                .contains(new InstanceFile.Store(
                        "main2",
                        "512-1023",
                        "http://127.0.0.1:21131",
                        "jdbc:postgresql://127.0.0.1:21100/ledger_main2"));
    }

    @Test
    void aDamagedFileIsNamed() throws Exception {
        Files.writeString(layout.folder().resolve("instance.json"), "{\"name\":");

        assertThatThrownBy(() -> InstanceFile.read(name)).hasMessageContaining("instance.json is damaged");
    }

    @Test
    void aPidThatWasReusedIsNotRunning() {
        var stale =
                new InstanceFile.Started("east/kafka", ProcessHandle.current().pid(), 1_000, "log");

        assertThat(stale.identity().alive()).isFalse();
    }

    @Test
    void theSecondCommandAtATimeIsRefusedAndToldWhoWorks() throws Exception {
        try (var first = InstanceLock.take(name, "up")) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> InstanceLock.take(name, "down"))
                    .isInstanceOf(StartFailedException.class)
                    .hasMessageContaining(
                            "./meridian up, pid " + ProcessHandle.current().pid());
        }
    }
}
