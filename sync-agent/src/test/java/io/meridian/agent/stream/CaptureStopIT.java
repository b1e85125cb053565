package io.meridian.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A slot that is not the one that was left begins at the present: what came between would vanish unseen. */
class CaptureStopIT {
    private TestRegion east;

    @BeforeEach
    void oneRegionThatHasCaptured() throws Exception {
        east = TestRegion.create("east");
        east.openFirst("shard < 32");
        east.start(List.of(east));
        east.marker(0, 1, false);
        east.stop();
    }

    @AfterEach
    void end() {
        east.close();
    }

    @Test
    void aSlotThatWasMadeAnewOrLostStopsCaptureLoudly() throws Exception {
        long before = east.recordsWithRows("east");
        east.store.superuser("select pg_drop_replication_slot('meridian_main')");
        east.start(List.of(east));
        awaitProblem("does not exist any more");
        assertThat(east.path().capturing()).isFalse();

        east.store.superuser(
                "insert into meridian.heartbeat values (1) on conflict (id) do update set at = clock_timestamp()");
        east.store.superuser("select pg_create_logical_replication_slot('meridian_main', 'pgoutput')");
        awaitProblem("ahead of the last checkpoint");
        assertThat(east.path().capturing()).isFalse();
        assertThat(east.recordsWithRows("east")).isEqualTo(before);
    }

    @Test
    void withoutAnyCheckpointAStoreThatHasCapturedIsRefused() throws Exception {
        String other = "meridian.capture.main.east";
        try (var admin = Admin.create(Map.of("bootstrap.servers", east.kafka.bootstrap()))) {
            admin.deleteTopics(List.of(other)).all().get();
        }

        east.start(List.of(east));

        awaitProblem("there is no capture checkpoint");
    }

    private void awaitProblem(String part) {
        Awaiting.await(
                "the problem says: " + part,
                60,
                () -> east.path().problem().orElse("").contains(part),
                () -> east.path().problem());
    }
}
