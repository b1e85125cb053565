package io.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.life.OwnLife;
import io.meridian.agent.server.Standby;
import io.meridian.agent.server.StoreHistory;
import io.meridian.agent.server.StoreServers;
import io.meridian.agent.stream.Awaiting;
import io.meridian.topology.RegionId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

class StoreGateIT {
    /** It would fence the wrong shards, and its topics would hold another group's rows. */
    @Test
    void anotherGroupsStoreIsNotEntered(@TempDir Path folder) throws Exception {
        try (TestStore store = TestStore.installed()) {
            var source = new PGSimpleDataSource();
            source.setUrl(store.url());
            source.setUser("meridian_agent");
            source.setPassword(store.password());
            var life = new OwnLife(
                    RegionId.of("east"),
                    OptionalInt::empty,
                    new StoreHistory(
                            StoreServers.of(store.url()),
                            source::getConnection,
                            Standby.NONE,
                            "meridian_main",
                            folder,
                            "main"));
            List<String> reasons = new CopyOnWriteArrayList<>();
            Thread waiting = Thread.ofVirtual().start(() -> {
                try {
                    StoreGate.await(source, "more", Duration.ofSeconds(3), life, reasons::add);
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            });

            Awaiting.await("a reason", 20, () -> !reasons.isEmpty(), () -> reasons);
            assertThat(reasons)
                    .containsExactly("waiting for the store: it is of store group main, and meridian.group is more:"
                            + " mend meridian.group or meridian.store.url");
            assertThat(waiting.isAlive()).isTrue();
            waiting.interrupt();

            StoreGate.await(source, "main", Duration.ofSeconds(3), life, reasons::add);
        }
    }
}
