package io.meridian.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** What is told while something is away, and that nothing is missing when it is back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OutageIT {
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
        east.store.superuser("alter system set max_slot_wal_keep_size = '64MB'");
        east.store.superuser("select pg_reload_conf()");
        all.forEach(region -> region.start(all));
    }

    @AfterAll
    void end() {
        all.forEach(TestRegion::close);
    }

    @Test
    @Order(1)
    void aSourceWhoseClockIsTenMinutesAheadHasNoLagRatherThanNone() throws Exception {
        beat("10 minutes");
        Awaiting.await(
                "west has applied the heartbeat",
                60,
                () -> lag().partitionMillis().size() == 4 && lag().recordsBehind() == 0,
                this::lag);
        String key = DataPathIT.keyOf(0, 32, "clock");
        east.write("insert into ledger.accounts values ('" + key + "', 'main', 1)");
        west.awaitRows("select balance from ledger.accounts where user_key = '" + key + "'", "1");
        assertThat(lag().millis()).isEmpty();

        beat("0");
        Awaiting.await("the lag is known", 60, () -> lag().millis().isPresent(), this::lag);
        beat("-10 minutes");
        Awaiting.await(
                "a clock that is behind looks like lag",
                60,
                () -> lag().millis().orElse(0) > 590_000,
                this::lag);
    }

    @Test
    @Order(2)
    void whileKafkaIsAwayTheSlotHoldsTheLogAndSaysWhenItIsAboutToBeLost() throws Exception {
        String key = DataPathIT.keyOf(0, 32, "outage");
        east.kafka.kill();
        east.write("insert into ledger.accounts values ('" + key + "', 'main', 1)");
        Awaiting.await(
                "the slot is seen",
                60,
                () -> east.path().slot().isPresent(),
                () -> east.path().problem());
        long before = retained();

        int batches = 0;
        for (; left() > 10 << 20; batches++) { // a megabyte each
            east.write("insert into ledger.entries select '" + key
                    + "', n, n, repeat(md5(n::text), 30) from generate_series(" + batches * 1000 + ", "
                    + (batches * 1000 + 999) + ") n");
        }

        Awaiting.await("more is held back", 60, () -> retained() > before + (40 << 20), this::slot);
        assertThat(slot().leftBytes()).isPresent();
        Awaiting.await(
                "a person is told", 60, () -> slot().pressure(1L << 30) == SlotState.Pressure.LOSING, this::slot);
        assertThat(slot().state()).isNotEqualTo("lost");

        east.kafka.restart();

        west.awaitRows(
                "select count(*) from ledger.entries where user_key = '" + key + "'", Integer.toString(batches * 1000));
        assertThat(west.hashes()).isEqualTo(east.hashes());
        Awaiting.await(
                "it is over",
                60,
                () -> slot().pressure(1L << 30) == SlotState.Pressure.NONE
                        && east.path().problem().isEmpty(),
                () -> slot() + " " + east.path().problem());
    }

    @Test
    @Order(3)
    void whatWaitsIsToldInRecordsRowsAndBytes() throws Exception {
        String key = DataPathIT.keyOf(0, 32, "lagging");
        west.store.superuser("alter table ledger.entries rename to entries_away");
        for (int record = 0; record < 30; record++) {
            east.write("insert into ledger.entries select '" + key + "', n, n, 'x' from generate_series(" + record * 10
                    + ", " + (record * 10 + 9) + ") n");
        }

        Awaiting.await(
                "records wait",
                60,
                () -> lag().recordsBehind() > 0 && west.path().problem().isPresent(),
                this::lag);
        Lag behind = lag();
        assertThat(behind.rowsBehind().orElse(0)).isGreaterThan(behind.recordsBehind());
        assertThat(behind.bytesBehind().orElse(0)).isGreaterThan(50 * behind.recordsBehind());

        west.store.superuser("alter table ledger.entries_away rename to entries");
        west.awaitRows("select count(*) from ledger.entries where user_key = '" + key + "'", "300");
        Awaiting.await("nothing waits", 60, () -> lag().rowsBehind().equals(OptionalLong.of(0)), this::lag);
    }

    private void beat(String ahead) throws SQLException {
        east.store.superuser("insert into meridian.heartbeat (id, at) values (1, clock_timestamp() + interval '" + ahead
                + "') on conflict (id) do update set at = excluded.at");
    }

    private Lag lag() {
        return west.path().lags().getFirst();
    }

    private SlotState slot() {
        return east.path().slot().orElseThrow();
    }

    private long left() throws SQLException {
        return Long.parseLong(east.store.ask("select safe_wal_size from pg_replication_slots"));
    }

    private long retained() {
        return slot().retainedBytes();
    }
}
