package io.meridian.control.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.topology.certificate.Ed25519;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeKeyTest {
    @TempDir
    private Path folder;

    @Test
    void theKeyIsMadeOnceForItsUserAlone() throws IOException {
        Path file = folder.resolve("data/signing.key");

        NodeKey made = NodeKey.at(file);
        NodeKey read = NodeKey.at(file);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(read.publicKey()).isEqualTo(made.publicKey());
        assertThat(Ed25519.signed(made.publicKey(), "text", read.sign("text"))).isTrue();
        assertThat(Ed25519.signed(made.publicKey(), "texts", read.sign("text"))).isFalse();
        try (var files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aKeyThatOthersMayReadIsNotUsed() throws IOException {
        Path file = folder.resolve("signing.key");
        NodeKey.at(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        assertThatThrownBy(() -> NodeKey.at(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("GROUP_READ");
    }

    @Test
    void halvesOfTwoKeysAreNotUsed() throws IOException {
        Path file = folder.resolve("signing.key");
        String other = NodeKey.at(folder.resolve("other")).publicKey();
        String own = NodeKey.at(file).publicKey();
        Files.writeString(file, Files.readString(file).replace(own, other));

        assertThatThrownBy(() -> NodeKey.at(file)).hasMessageContaining("do not belong together");
    }

    @Test
    void somethingElseIsNoKey() throws IOException {
        for (String text : List.of("", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")) {
            Path file = folder.resolve("signing.key");
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, text);

            assertThatThrownBy(() -> NodeKey.at(file)).hasMessageContaining("the node makes a new one");
        }
    }
}
