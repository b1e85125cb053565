package io.meridian.local.service;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.local.FreeBase;
import io.meridian.local.instance.InstanceFile;
import io.meridian.local.instance.Layout;
import io.meridian.local.process.DetachedProcess;
import io.meridian.local.process.ProcessIdentity;
import io.meridian.local.process.StartFailedException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ReadinessTest {
    @Test
    @Timeout(value = 30, unit = TimeUnit.SECONDS)
    void aServiceThatEndsIsNotWaitedForAndSaysWhy(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("log");
        ProcessIdentity ended =
                DetachedProcess.start(List.of("sh", "-c", "echo the key file is not readable; exit 1"), folder, log);
        InstanceFile file = InstanceFile.of(Layout.of("none", FreeBase.of(1).base(), 1))
                .with(new InstanceFile.Started(
                        "east/control-plane", ended.pid(), ended.startedAtMillis(), log.toString()));

        assertThatThrownBy(() -> Readiness.awaitEdge(file, file.regions().getFirst()))
                .isInstanceOf(StartFailedException.class)
                .hasMessageContaining("east/control-plane ended")
                .hasMessageContaining("| the key file is not readable");
    }
}
