package io.meridian.control.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateFilesTest {
    private static final Instant DAY = Instant.parse("2026-01-01T23:59:59Z");

    @TempDir
    private Path folder;

    private static String document(String run, String note) {
        return "{\"certificate\":{\"note\":\"" + note + "\",\"run\":\"" + run
                + "\",\"type\":\"t\"},\"signature\":\"s\"}";
    }

    @Test
    void aCertificateIsFoundByItsRunAndWrittenOnce() throws IOException {
        var files = new CertificateFiles(folder);
        files.append(DAY, document("mv-1", "\\\"run\\\":\\\"mv-2\\\","));
        files.append(DAY, document("mv-11", ""));
        files.append(DAY, document("mv-1", "again"));
        files.append(DAY.plusSeconds(1), document("mv-2", ""));

        var reopened = new CertificateFiles(folder);

        assertThat(reopened.find("mv-1")).contains(document("mv-1", "\\\"run\\\":\\\"mv-2\\\","));
        assertThat(reopened.find("mv-2")).contains(document("mv-2", ""));
        assertThat(reopened.find("mv-3")).isEmpty();
        assertThat(reopened.find("mv-1\",\"type\":\"t")).isEmpty();
        assertThat(Files.readAllLines(folder.resolve("certificates-2026-01-01.jsonl")))
                .hasSize(2);
        assertThat(Files.readAllLines(folder.resolve("certificates-2026-01-02.jsonl")))
                .hasSize(1);
    }
}
