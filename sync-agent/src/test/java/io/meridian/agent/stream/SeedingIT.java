package io.meridian.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.EveryType;
import io.meridian.agent.TestStore;
import io.meridian.agent.seeding.SeedOrder;
import io.meridian.agent.seeding.SeedOrders;
import io.meridian.agent.seeding.SeedTold;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** East owns every shard. What the others have of some is worth nothing; they take it anew while east's application goes on writing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SeedingIT {
    private static final String CHANGES = "meridian.changes.main.east";
    private static final int SHARD = 5;
    private static final int OTHER = 6;

    private TestRegion east;
    private TestRegion west;
    private TestRegion north;
    private final AtomicBoolean beating = new AtomicBoolean(true);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeAll
    void regions() throws Exception {
        east = TestRegion.create("east");
        west = TestRegion.create("west");
        north = TestRegion.create("north");
        for (TestRegion region : all()) {
            RowsOfShards.notesApart(region);
        }
        east.openFirst("true");
        east.start(all());
        west.start(all());
        threads.submit(this::beat);
        for (int shard : List.of(SHARD, OTHER)) {
            for (String user : users(shard)) {
                east.write("insert into ledger.entries select '" + user
                        + "', i, 1, repeat(md5(i::text), 100) from generate_series(1, 1000) i");
                east.write(EveryType.insert(user));
            }
        }
        awaitSame(west, List.of(SHARD, OTHER));
    }

    @AfterAll
    void end() {
        beating.set(false);
        threads.shutdown();
        all().forEach(TestRegion::close);
    }

    private List<TestRegion> all() {
        return List.of(east, west, north);
    }

    private Void beat() throws Exception {
        while (beating.get()) {
            east.store.superuser("update meridian.heartbeat set at = clock_timestamp()");
            LockSupport.parkNanos(100_000_000);
        }
        return null;
    }

    private static List<String> users(int shard) {
        return IntStream.range(0, 3)
                .mapToObj(number -> DataPathIT.keyOf(shard, shard + 1, "seed" + number + "-"))
                .toList();
    }

    @Test
    @Order(1)
    void aStoppedShardWithWrongRowsIsAsItsOwnerHasItAndNoOtherIsTouched() throws Exception {
        west.stop();
        damage("delete from ledger.entries where meridian.shard_of(user_key) = " + SHARD + " and id % 2 = 0");
        damage("update ledger.entries set amount = 77 where meridian.shard_of(user_key) = " + SHARD
                + " and id % 5 = 0");
        damage("insert into ledger.accounts values ('" + users(SHARD).getFirst() + "', 'nobody has it', 3)");
        damage("delete from ledger.things where meridian.shard_of(user_key) = " + SHARD);
        damage("update meridian.head set broken = true where shard = " + SHARD);
        damage(
                "insert into meridian.stopped select shard, region, epoch, position, 0, 'by hand' from meridian.head where shard = "
                        + SHARD);
        west.start(all());

        SeedingRun run;
        try (var writing = new Writing(List.of(SHARD, OTHER))) {
            run = new SeedingRun("sd-1", east, SeedingRun.Side.of(east), SeedingRun.Side.of(west), 1, List.of(SHARD))
                    .toTheEnd();
        }

        assertThat(run.failures).isEmpty();
        assertThat(run.missed).as("rows got other keys meanwhile").isNotEmpty();
        awaitSame(west, List.of(SHARD, OTHER));
        west.awaitCount("select count(*) from meridian.stopped", 0);
        west.awaitCount("select count(*) from meridian.head where broken", 0);
        for (TestRegion region : List.of(east, west)) {
            region.awaitCount("select count(*) from meridian.seeding", 0);
            region.awaitCount("select count(*) from meridian.seeding_missed", 0);
            region.awaitCount("select count(*) from meridian.telling", 0);
        }
        assertThat(west.path().problem()).isEmpty();
    }

    @Test
    @Order(2)
    void aShardThatIsOpenHereIsNotTakenFromAnybody() {
        var order = new SeedOrder("sd-2", 1, ShardId.of(SHARD), east.id, west.id, Epoch.of(1), false);

        east.seedings = Optional.of(SeedOrders.of(List.of(order)));

        Awaiting.await(
                "refused",
                30,
                () -> east.path().seedings().stream()
                        .anyMatch(told -> told.state() == SeedTold.State.FAILED
                                && told.problem().contains("is open here")),
                () -> east.path().seedings());
        east.seedings = Optional.of(SeedOrders.NONE);
    }

    @Test
    @Order(3)
    void whatIsEndedBeforeTheShardIsWholeLeavesItStoppedUntilItIsTakenAnew() throws Exception {
        var run = new SeedingRun("sd-3", east, SeedingRun.Side.of(east), SeedingRun.Side.of(west), 1, List.of(SHARD));
        Awaiting.await(
                "taken up",
                30,
                () -> {
                    west.seedings = Optional.of(SeedOrders.of(run.orders()));
                    return west.store
                            .ask("select count(*) from meridian.seeding")
                            .equals("1");
                },
                () -> west.path().seedings());
        west.seedings = Optional.of(SeedOrders.NONE);

        west.awaitRows(
                "select reason like 'seeding sd-3 was ended%' from meridian.stopped where shard = " + SHARD, "t");
        west.awaitCount("select count(*) from meridian.seeding", 0);
        east.write("update ledger.entries set amount = amount + 1 where user_key = '"
                + users(SHARD).getFirst() + "'");

        new SeedingRun("sd-4", east, SeedingRun.Side.of(east), SeedingRun.Side.of(west), 1, List.of(SHARD)).toTheEnd();
        awaitSame(west, List.of(SHARD));
        west.awaitCount("select count(*) from meridian.stopped", 0);
    }

    @Test
    @Order(4)
    void aPartitionWithAHoleGoesOnBehindItOnceItsShardsAreTakenAnew() throws Exception {
        List<Integer> ofPartition = ofPartition(SHARD % TestRegion.PARTITIONS);
        west.stop();
        east.write(
                "delete from ledger.entries where user_key = '" + users(SHARD).getFirst() + "' and id % 3 = 0");
        Awaiting.await("captured", 60, this::captured, () -> east.path().problem());
        east.forget(CHANGES, SHARD % TestRegion.PARTITIONS);
        west.start(all());
        Awaiting.await(
                "west sees the hole",
                60,
                () -> west.path().problem().orElse("").contains("has a hole"),
                () -> west.path().problem());

        SeedingRun run;
        try (var writing = new Writing(List.of(SHARD, OTHER))) {
            run = new SeedingRun("sd-5", east, SeedingRun.Side.of(east), SeedingRun.Side.of(west), 1, ofPartition)
                    .toTheEnd();
        }

        assertThat(run.failures).isEmpty();
        List<Integer> every = IntStream.range(0, TestStore.SHARDS).boxed().toList();
        awaitSame(west, every);
        west.awaitCount("select count(*) from meridian.head where broken", 0);
        west.awaitCount("select count(*) from meridian.stopped", 0);
        Awaiting.await("west is well", 60, west::isWell, () -> west.path().problem());
    }

    @Test
    @Order(5)
    void aNewRegionTakesWhatTheStreamNoLongerHolds() throws Exception {
        for (int partition = 0; partition < TestRegion.PARTITIONS; partition++) {
            east.forget(CHANGES, partition);
        }
        north.start(all());
        List<Integer> every = IntStream.range(0, TestStore.SHARDS).boxed().toList();

        SeedingRun run;
        try (var writing = new Writing(List.of(SHARD, OTHER))) {
            run = new SeedingRun("sd-6", east, SeedingRun.Side.of(east), SeedingRun.Side.of(north), 1, every)
                    .toTheEnd();
        }

        assertThat(run.failures).isEmpty();
        awaitSame(north, every);
        awaitSame(west, every);
        north.awaitCount("select count(*) from meridian.head where not broken and epoch = 1", TestStore.SHARDS);
        assertThat(north.store.ask("select count(*) from meridian.lineage where epoch = 1 and region = 'east'"))
                .isEqualTo(Integer.toString(TestStore.SHARDS));
        Awaiting.await("north is well", 60, north::isWell, () -> north.path().problem());
    }

    @Test
    @Order(6)
    void aShardThatIsClosedMeanwhileEndsTheAttemptAndIsTakenFromItsNextOwner() throws Exception {
        damage("delete from ledger.entries where meridian.shard_of(user_key) = " + SHARD);
        var first = new SeedingRun("sd-7", east, SeedingRun.Side.of(east), SeedingRun.Side.of(west), 1, List.of(SHARD));
        Awaiting.await(
                "it has begun",
                60,
                () -> {
                    first.step();
                    return west.store
                            .ask("select phase from meridian.seeding where shard = " + SHARD)
                            .equals("RECEIVING");
                },
                () -> west.path().seedings());

        east.close(SHARD);

        Awaiting.await(
                "the attempt failed on either side",
                60,
                () -> west.store
                                .ask("select phase from meridian.seeding where shard = " + SHARD)
                                .matches("FAILED|DONE")
                        && east.store
                                .ask("select phase from meridian.seeding where shard = " + SHARD)
                                .matches("FAILED|TOLD"),
                () -> west.path().seedings() + " " + east.path().seedings());
        first.end();
        TestRegion.Marked close = east.marker(SHARD, 1, true);
        east.open(SHARD, 3, close, east.id);
        east.marker(SHARD, 3, false);

        new SeedingRun("sd-8", east, SeedingRun.Side.of(east), SeedingRun.Side.of(west), 3, List.of(SHARD)).toTheEnd();
        awaitSame(west, List.of(SHARD));
        assertThat(west.store.ask("select epoch from meridian.head where shard = " + SHARD))
                .isEqualTo("3");
    }

    /** The application, while something is in scope. */
    private final class Writing implements AutoCloseable {
        private final AtomicBoolean writing = new AtomicBoolean(true);
        private final List<Future<Long>> writers = new ArrayList<>();

        Writing(List<Integer> shards) {
            for (int writer = 0; writer < 3; writer++) {
                List<String> users =
                        shards.stream().flatMap(shard -> users(shard).stream()).toList();
                Callable<Long> rows = new RowsOfShards(east, users, writer, writing);
                writers.add(threads.submit(rows));
            }
        }

        @Override
        public void close() throws Exception {
            writing.set(false);
            for (Future<Long> writer : writers) {
                assertThat(writer.get()).isPositive();
            }
        }
    }

    private static List<Integer> ofPartition(int partition) {
        return IntStream.range(0, TestStore.SHARDS)
                .filter(shard -> shard % TestRegion.PARTITIONS == partition)
                .boxed()
                .toList();
    }

    private boolean captured() throws Exception {
        return east.store
                .ask(
                        "select confirmed_flush_lsn > (select max(lsn) from meridian.progress) or pg_current_wal_lsn() - confirmed_flush_lsn < 10000"
                                + " from pg_replication_slots")
                .equals("t");
    }

    /** Behind replication's back: neither fenced nor told to anybody. */
    private void damage(String sql) throws SQLException {
        west.store.superuser(
                "select pg_replication_origin_create('hand') where not exists (select from pg_replication_origin where roname = 'hand')");
        west.store.superuser(
                "set session_replication_role = replica; select pg_replication_origin_session_setup('hand'); " + sql);
    }

    private void awaitSame(TestRegion region, List<Integer> shards) throws Exception {
        String array = "array" + shards;
        for (String table : List.of("accounts", "entries", "things")) {
            String content = "select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from ledger." + table
                    + " t where meridian.shard_of(t.user_key) = any (" + array + ")";
            region.awaitRows(content, east.store.ask(content));
        }
    }
}
