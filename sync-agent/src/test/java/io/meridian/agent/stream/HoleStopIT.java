package io.meridian.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** What Kafka has lost is lost loudly: whoever needed it stops and says what is missing, and nothing is applied or sent behind the hole. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HoleStopIT {
    private static final String CHANGES = "meridian.changes.main.east";

    private TestRegion east;
    private TestRegion west;
    private TestRegion north;
    private List<TestRegion> all;
    private String key = "";

    @BeforeAll
    void threeRegionsThatHaveEverything() throws Exception {
        east = TestRegion.create("east");
        west = TestRegion.create("west");
        north = TestRegion.create("north");
        all = List.of(east, west, north);
        east.openFirst("shard < 32");
        west.openFirst("shard >= 32");
        all.forEach(region -> region.start(all));
        key = DataPathIT.keyOf(2, 3, "hole"); // in partition 2
        east.write("insert into ledger.accounts values ('" + key + "', 'main', 0)");
        for (TestRegion region : List.of(west, north)) {
            region.awaitRows(balance(), "0");
        }
    }

    @AfterAll
    void end() {
        all.forEach(TestRegion::close);
    }

    @Test
    @Order(1)
    void recordsThatTheSourceForgotBeforeTheyWereCopiedStopThePullerThatLacksThem() throws Exception {
        west.stop();
        east.write("update ledger.accounts set balance = 1 where user_key = '" + key + "'");
        north.awaitRows(balance(), "1");
        east.forget(CHANGES, 2);
        east.write("update ledger.accounts set balance = 2 where user_key = '" + key + "'");
        north.awaitRows(balance(), "2");

        west.start(all);

        awaitProblem(west, "region east's topic " + CHANGES + " has a hole for this region: partition 2: its records ");
        assertThat(west.path().problem()).get().asString().contains("are gone", "docs/outages.md");
        assertThat(west.store.ask(balance())).isEqualTo("0");
    }

    @Test
    @Order(2)
    void whatNeitherTheCopyLogNorTheSourceHoldsStopsThePartitionThatLacksIt() throws Exception {
        north.stop();
        north.forget("meridian.copy.main.east", 2);
        east.write("update ledger.accounts set balance = 3 where user_key = '" + key + "'");
        Awaiting.await(
                "east captured it", 60, () -> captured(), () -> east.path().problem());
        east.forget(CHANGES, 2);
        east.write("update ledger.accounts set balance = 4 where user_key = '" + key + "'");

        north.start(all);

        awaitProblem(north, "partition 2 of east has a hole here");
        assertThat(north.store.ask(balance())).isEqualTo("2");
    }

    @Test
    @Order(3)
    void aTopicThatIsDeletedWhileCaptureRunsStopsIt() throws Exception {
        try (var admin = Admin.create(java.util.Map.of("bootstrap.servers", west.kafka.bootstrap()))) {
            admin.deleteTopics(List.of("meridian.changes.main.west")).all().get();
        }

        awaitProblem(west, "the store, its timeline or the topic was replaced");
        assertThat(west.path().capturing()).isFalse();
    }

    @Test
    @Order(4)
    void aTopicThatHasLostItsEndStopsCapture() throws Exception {
        east.stop();
        east.kafka.stop();
        for (int partition = 0; partition < TestRegion.PARTITIONS; partition++) {
            empty(east.kafka.log().resolveSibling("data").resolve(CHANGES + "-" + partition));
        }
        east.kafka.restart();

        east.start(all);

        awaitProblem(east, "topic " + CHANGES + " has lost records that Kafka had acknowledged");
        assertThat(east.path().problem()).get().asString().contains("ends at nothing", "docs/outages.md");
        assertThat(east.path().capturing()).isFalse();
    }

    private boolean captured() throws Exception {
        return east.store
                .ask(
                        "select confirmed_flush_lsn > (select max(lsn) from meridian.progress) or pg_current_wal_lsn() - confirmed_flush_lsn < 10000"
                                + " from pg_replication_slots")
                .equals("t");
    }

    private String balance() {
        return "select balance from ledger.accounts where user_key = '" + key + "'";
    }

    private static void awaitProblem(TestRegion region, String part) {
        Awaiting.await(
                region.id + "'s problem says: " + part,
                90,
                () -> region.path().problem().orElse("").contains(part),
                () -> region.path().problem());
    }

    private static void empty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
