package io.meridian.router.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.router.Views;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastViewTest {
    @TempDir
    Path folder;

    @Test
    void whatWasWrittenIsRead() throws IOException {
        var lastView = new LastView(folder.resolve("data"));

        lastView.write(Views.view(7));
        lastView.write(Views.view(8));

        assertThat(lastView.read()).hasValue(Views.view(8));
    }

    @Test
    void nothingAndDamageAreNoView() throws IOException {
        var lastView = new LastView(folder);
        assertThat(lastView.read()).isEmpty();

        lastView.write(Views.view(7));
        Path file = folder.resolve("view.pb");
        byte[] content = Files.readAllBytes(file);
        content[content.length / 2] ^= 1;
        Files.write(file, content);
        assertThat(lastView.read()).isEmpty();

        Files.write(file, new byte[3]);
        assertThat(lastView.read()).isEmpty();
    }
}
