package io.meridian.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.local.Checkout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The console in a real browser, against the real control plane: regions and map seen, shards moved and watched to DONE. */
class ConsoleIT {
    private final TestRegions regions = TestRegions.shared();

    @AfterEach
    void leavesEverythingRunning() throws Exception {
        regions.healAndRestart();
    }

    @Test
    void aPersonSeesTheRegionsAndMovesShardsInTheConsole() throws Exception {
        assertThat(Checkout.root().resolve("admin-ui/node_modules/playwright-core"))
                .as("the browser's driver; first `npm ci && npm run build` in admin-ui, or run ./meridian test")
                .exists();
        Path output = Files.createTempFile(regions.folder(), "console", ".log");
        var walk = new ProcessBuilder("node", "browser/run.mjs")
                .directory(Checkout.root().resolve("admin-ui").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        walk.environment()
                .put("MERIDIAN_CONSOLE_URL", regions.instance().file().console() + "#token=" + regions.token());

        Process browser = walk.start();

        try {
            assertThat(browser.waitFor(Deadlines.of(Duration.ofMinutes(3)).toSeconds(), TimeUnit.SECONDS))
                    .as("the walk ended; so far: " + Files.readString(output, StandardCharsets.UTF_8))
                    .isTrue();
            assertThat(browser.exitValue())
                    .as(Files.readString(output, StandardCharsets.UTF_8))
                    .isZero();
        } finally {
            browser.descendants().forEach(ProcessHandle::destroyForcibly);
            browser.destroyForcibly();
        }
    }
}
