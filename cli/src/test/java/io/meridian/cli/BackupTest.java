package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
    private final PlayedControlPlane plane;

    @TempDir
    Path folder;

    BackupTest() throws IOException {
        plane = PlayedControlPlane.start();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    @Test
    void aBackupIsWrittenForItsOwnerOnlyAndNoFileIsOverwrittenUnasked() throws IOException {
        plane.answers("GET /backup", 200, "{\"meridianBackup\":1}\n{}");
        Path file = folder.resolve("it.backup");

        var said = Said.by(plane, "backup", file.toString());

        assertThat(said.exitCode()).isZero();
        assertThat(file).hasContent("{\"meridianBackup\":1}\n{}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Said.by(plane, "backup", file.toString()).exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(Said.by(plane, "backup", file.toString(), "--overwrite").exitCode())
                .isZero();
    }

    @Test
    void aRestoreSendsTheFileAndTellsWhomItWaitsFor() throws IOException {
        plane.answers(
                "POST /restore",
                200,
                "{\"revision\":1,\"changes\":[\"8 shards are withdrawn\"],\"awaited\":{\"east\":8,\"west\":8}}");
        Path file = Files.writeString(folder.resolve("it.backup"), "the backup");

        var said = Said.by(plane, "restore", file.toString());

        assertThat(said.out()).isEqualTo("""
              8 shards are withdrawn
            waits for the fences of east (8 shards), west (8 shards); look again: ./meridian restore
            """);
        assertThat(plane.asked().getFirst().body()).isEqualTo("the backup");
    }

    @Test
    void aRefusedRestoreFailsWithTheReason() throws IOException {
        plane.refuses("POST /restore", 409, "cluster-not-empty", "it has a topology", "");
        Path file = Files.writeString(folder.resolve("it.backup"), "the backup");

        var said = Said.by(plane, "restore", file.toString());

        assertThat(said.exitCode()).isEqualTo(ExitCode.REFUSED.number());
        assertThat(said.err()).contains("it has a topology");
    }
}
