package io.meridian.control.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.Await;
import io.meridian.control.FreePort;
import io.meridian.control.raft.RaftNode;
import io.meridian.control.raft.RaftSettings;
import io.meridian.control.raft.StateCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaftHealthTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void oneVoterOfThreeIsRedAndOneOfOneIsGreenUntilItStops() throws Exception {
        try (RaftNode lone = node("lone", List.of("lone", "b", "c"))) {
            assertThat(RaftHealth.of(lone).getStatus()).isEqualTo(Status.DOWN);
            assertThat(RaftHealth.of(lone).getData().orElseThrow()).containsEntry("leader", "none");
        }

        RaftNode whole = node("whole", List.of("whole"));
        HealthCheckResponse green =
                Await.until(SOON, () -> RaftHealth.of(whole), health -> health.getStatus() == Status.UP);
        assertThat(green.getData().orElseThrow())
                .containsEntry("leader", "whole")
                .containsEntry("division", "RUNNING");
        whole.close();
        assertThat(RaftHealth.of(whole).getStatus()).isEqualTo(Status.DOWN);
    }

    @Test
    void aNodeThatNoVoterHasLetInIsRed() throws Exception {
        try (RaftNode joining = new RaftNode(settings("new", List.of("a"), true), new StateCodec())) {
            assertThat(RaftHealth.of(joining).getStatus()).isEqualTo(Status.DOWN);
            assertThat(RaftHealth.of(joining).getData().orElseThrow()).containsEntry("division", "STARTING");
        }
    }

    private RaftNode node(String id, List<String> voters) throws IOException {
        return new RaftNode(settings(id, voters, false), new StateCodec());
    }

    private RaftSettings settings(String id, List<String> voters, boolean joins) throws IOException {
        int port = FreePort.any();
        var addresses = new TreeMap<String, String>();
        for (String voter : voters) {
            addresses.put(voter, "127.0.0.1:" + (voter.equals(id) ? port : FreePort.any()));
        }
        return new RaftSettings(
                id,
                port,
                addresses,
                joins,
                folder.resolve(id),
                Duration.ofMillis(300),
                Duration.ofMillis(600),
                Duration.ofSeconds(1),
                5000,
                1);
    }
}
