package io.meridian.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.EveryType;
import io.meridian.agent.capture.CaptureSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** The data path with Debezium as the source of changes in both of two regions; east owns shards 0-31 at first. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DebeziumDataPathIT {
    private TestRegion east;
    private TestRegion west;
    private List<TestRegion> all;

    @BeforeAll
    void twoRegions() throws Exception {
        east = TestRegion.create("east");
        west = TestRegion.create("west");
        all = List.of(east, west);
        east.openFirst("shard < 32");
        west.openFirst("shard >= 32");
        all.forEach(region -> region.start(all, CaptureSource.DEBEZIUM));
        for (TestRegion region : all) {
            Awaiting.await(
                    region.id + " runs", 90, region::isWell, () -> region.path().problem());
        }
    }

    @AfterAll
    void end() {
        all.forEach(TestRegion::close);
    }

    @Test
    @Order(1)
    void writesOfEveryTypeArriveAShardMovesAndStoresAndKafkaMayGoAway() throws Exception {
        String key = DataPathIT.keyOf(0, 1, "typed");
        String balance = "select balance from ledger.accounts where user_key = '" + key + "'";
        east.write(EveryType.insert(key));
        east.write("insert into ledger.accounts values ('" + key + "', 'main', 7)");
        east.write(
                "update ledger.things set raw = (select string_agg(sha256(n::text::bytea), '') from generate_series(1, 400) n) where id = 1");
        east.write("update ledger.things set id = 11, whole = 3 where id = 1");
        east.write("delete from ledger.things where id = 3");
        west.awaitRows("select string_agg(id::text, ',' order by id) from ledger.things", "2,4,11");
        west.awaitRows(balance, "7");
        assertThat(west.hashes()).isEqualTo(east.hashes());
        assertThat(west.recordsWithRows("west"))
                .as("what west applied is not a change of west's")
                .isZero();

        east.close(0);
        TestRegion.Marked closed = east.marker(0, 1, true);
        Awaiting.await("west's head is east's CLOSE", 60, () -> west.closed(0, 1), () -> west.heads);
        west.open(0, 3, closed, east.id);
        west.write("update ledger.accounts set balance = 8 where user_key = '" + key + "'");
        east.awaitRows(balance, "8");

        west.store.server().restart();
        west.kafka.kill();
        west.kafka.restart();
        west.write("update ledger.accounts set balance = 9 where user_key = '" + key + "'");
        east.awaitRows(balance, "9");
        all.forEach(region -> assertThat(region.stopped).isEmpty());
    }

    @Test
    @Order(2)
    void pgoutputGoesOnWhereDebeziumStoppedAndTheOtherWayRound() throws Exception {
        String count = "select count(*) || '/' || sum(amount) from ledger.entries";
        CaptureSource source = CaptureSource.DEBEZIUM;
        for (int round = 0; round < 4; round++) {
            String key = DataPathIT.keyOf(round + 4, round + 5, "switched");
            for (int row = 0; row < 20; row++) {
                east.write("insert into ledger.entries values ('" + key + "', " + row + ", " + round + ", null)");
            }
            // Stopped as it is: some of it may be in Kafka and not yet in the checkpoint, so it is read again by the
            // other one.
            east.stop();
            source = source == CaptureSource.DEBEZIUM ? CaptureSource.PGOUTPUT : CaptureSource.DEBEZIUM;
            east.start(all, source);
        }

        west.awaitRows(count, "80/120");
        assertThat(west.hashes()).isEqualTo(east.hashes());
        Awaiting.await(
                "both are well",
                60,
                () -> all.stream().allMatch(TestRegion::isWell),
                () -> east.path().problem() + " " + west.path().problem());
        assertThat(west.stopped).isEmpty();
    }

    @Test
    @Order(3)
    void aKeyThatIsChangedStopsCaptureWithWhatToDoAndPgoutputGoesOn() throws Exception {
        String key = DataPathIT.keyOf(8, 9, "keyed");
        String balance = "select balance from ledger.accounts where user_key = '" + key + "'";
        east.write("insert into ledger.accounts values ('" + key + "', 'main', 1)");
        west.awaitRows(balance, "1");
        east.store.superuser(
                "alter table ledger.accounts drop constraint accounts_pkey; alter table ledger.accounts add primary key (account, user_key)");
        east.write("update ledger.accounts set balance = 2 where user_key = '" + key + "'");

        Awaiting.await(
                "capture says what to do",
                60,
                () -> east.path().problem().orElse("").contains("meridian.capture.source=pgoutput"),
                () -> east.path().problem());

        east.stop();
        east.start(all, CaptureSource.PGOUTPUT);
        west.awaitRows(balance, "2");
    }
}
