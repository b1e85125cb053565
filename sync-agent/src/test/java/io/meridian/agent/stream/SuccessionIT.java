package io.meridian.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.life.Succession;
import io.meridian.agent.store.StoreAccess;
import io.meridian.agent.transport.Topics;
import io.meridian.local.link.LinkState;
import io.meridian.topology.RegionId;
import io.meridian.topology.StoreLife;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** East loses its disks and begins anew, with another store and another Kafka; west goes over to its next log. Each test goes on from the one before. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SuccessionIT {
    private static final RegionId EAST = RegionId.of("east");
    private static final Map<RegionId, StoreLife> ANEW = Map.of(EAST, new StoreLife(2, false));
    private static final Map<RegionId, StoreLife> ANEW_WITHOUT_LOG = Map.of(EAST, new StoreLife(2, true));
    private static final Topics BEFORE = new Topics("main", RegionId.of("west"), TestRegion.PARTITIONS);
    private static final int SHARD = 1;

    private TestRegion east;
    private @Nullable TestRegion nextEast;
    private TestRegion west;
    private Succession succession;
    private final String key = DataPathIT.keyOf(SHARD, SHARD + 1, "before");

    @BeforeAll
    void eastWritesAndWestApplies() throws Exception {
        east = TestRegion.createBehindLink("east");
        west = TestRegion.create("west");
        east.openFirst("shard = " + SHARD);
        east.start(List.of(east, west));
        west.start(Map.of(EAST, east.link().address()));
        succession = new Succession(
                west.id,
                new StoreAccess(west.store.url(), "meridian_agent", west.store.password()),
                west.kafka.bootstrap(),
                Map.of(EAST, east.link().address()));
        east.write("insert into ledger.accounts values ('" + key + "', 'main', 1)");
        west.awaitRows(balance(), "1");
    }

    @AfterAll
    void end() {
        east.close();
        west.close();
        if (nextEast != null) {
            nextEast.close();
        }
    }

    @Test
    @Order(1)
    void whatIsInItsKafkaOnlyIsWaitedFor() throws Exception {
        east.link().set(LinkState.DOWN);
        east.write("update ledger.accounts set balance = 2 where user_key = '" + key + "'");
        // To every partition, and nothing follows it in three of them.
        east.store.superuser("update meridian.heartbeat set at = clock_timestamp()");
        east.close(SHARD);
        TestRegion.Marked close = east.marker(SHARD, 1, true);
        east.stop();

        assertThat(succession.ready(ANEW, BEFORE)).isEmpty();
        assertThat(succession.ready(ANEW_WITHOUT_LOG, BEFORE))
                .as("the next owner's OPEN builds on it: it cannot be done without")
                .isEmpty();

        east.link().set(LinkState.UP);
        west.awaitRows(balance(), "2");
        assertThat(succession.ready(ANEW, BEFORE)).as("the head is in it").isEmpty();
        west.open(SHARD, 3, close, EAST);
        west.marker(SHARD, 3, false);
        Awaiting.await(
                "all of it is in",
                60,
                () -> succession.ready(ANEW, BEFORE).isPresent(),
                () -> west.path().problem());
    }

    @Test
    @Order(2)
    void whatIsParkedIsWaitedFor() throws Exception {
        west.store.superuser(
                "insert into meridian.parked (source, partition, shard, incarnation, position, part, epoch, waiting, reason, record)"
                        + " values ('east', 1, 9, 'i', '0/1', 0, 1, 'REFUSED', 'a test', '')");

        assertThat(succession.ready(ANEW_WITHOUT_LOG, BEFORE)).isEmpty();

        west.store.superuser("delete from meridian.parked");
        assertThat(succession.ready(ANEW, BEFORE)).isPresent();
    }

    @Test
    @Order(3)
    void aKafkaThatIsGoneIsNotWaitedForWhereItsLogIsGivenUp() throws Exception {
        east.link().set(LinkState.DOWN);

        assertThat(succession.ready(ANEW, BEFORE)).isEmpty();
        assertThat(succession.ready(ANEW_WITHOUT_LOG, BEFORE)).isPresent();
    }

    @Test
    @Order(4)
    void theNextLogIsAppliedFromItsBeginning() throws Exception {
        var next = succession.ready(ANEW_WITHOUT_LOG, BEFORE).orElseThrow();
        west.stop();
        succession.goOver(next, BEFORE);
        assertThat(west.store.ask("select count(*) from meridian.progress where source = 'east'"))
                .isEqualTo("0");
        assertThat(succession.lives()).containsExactly(Map.entry(EAST, 2));

        TestRegion another = TestRegion.create("east");
        nextEast = another;
        another.openFirst("shard = 2");
        another.start(Map.of(west.id, west.kafka.bootstrap()), Map.of(EAST, 2));
        west.start(Map.of(EAST, another.kafka.bootstrap()), succession.lives());
        String after = DataPathIT.keyOf(2, 3, "after");
        another.write("insert into ledger.accounts values ('" + after + "', 'main', 7)");

        west.awaitRows("select balance from ledger.accounts where user_key = '" + after + "'", "7");
        assertThat(west.store.ask(balance())).as("what was before stays").isEqualTo("2");
        assertThat(west.store.ask("select count(*) from meridian.stopped")).isEqualTo("0");
        assertThat(succession.ready(ANEW, new Topics("main", west.id, TestRegion.PARTITIONS, succession.lives())))
                .isEmpty();
    }

    @Test
    @Order(5)
    void aStoreThatNeverAppliedTheLogBeforeIsOfTheNextAtOnce() throws Exception {
        try (TestRegion north = TestRegion.create("north")) {
            var first = new Succession(
                    north.id,
                    new StoreAccess(north.store.url(), "meridian_agent", north.store.password()),
                    north.kafka.bootstrap(),
                    Map.of(EAST, east.link().address()));

            assertThat(first.atFirst(ANEW)).containsExactly(Map.entry(EAST, 2));
        }
    }

    private String balance() {
        return "select balance from ledger.accounts where user_key = '" + key + "'";
    }
}
