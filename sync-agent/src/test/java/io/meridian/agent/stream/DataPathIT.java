package io.meridian.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.EveryType;
import io.meridian.agent.verify.ShardHash;
import io.meridian.topology.ShardId;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Three regions; east owns shards 0-31, west the others at first. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DataPathIT {
    private TestRegion east;
    private TestRegion west;
    private TestRegion north;
    private List<TestRegion> all;

    @BeforeAll
    void threeRegions() throws Exception {
        east = TestRegion.create("east");
        west = TestRegion.create("west");
        north = TestRegion.create("north");
        all = List.of(east, west, north);
        east.openFirst("shard < 32");
        west.openFirst("shard >= 32");
        all.forEach(region -> region.start(all));
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
    void aWriteHereAppearsThereAndNowhereTwice() throws Exception {
        String key = keyOf(0, 32, "alice");

        east.write("insert into ledger.accounts values ('" + key + "', 'main', 7)");
        east.write("update ledger.accounts set balance = 8 where user_key = '" + key + "'");
        east.write("insert into ledger.entries values ('" + key + "', 1, 7, null), ('" + key
                + "', 2, -7, 'quote '' and \\ and é')");
        east.write("delete from ledger.entries where user_key = '" + key + "' and id = 1");

        for (TestRegion region : List.of(west, north)) {
            region.awaitRows(
                    "select string_agg(id || coalesce(note, '-'), ',') from ledger.entries where user_key = '" + key
                            + "'",
                    "2quote ' and \\ and é");
            region.awaitRows("select balance from ledger.accounts where user_key = '" + key + "'", "8");
        }
        assertThat(west.recordsWithRows("west"))
                .as("what west applied is not a change of west's")
                .isZero();
        assertThat(west.stopped).isEmpty();
    }

    @Test
    @Order(2)
    void latencyIsToldNotAsserted() throws Exception {
        String key = keyOf(0, 32, "clock");
        east.write("insert into ledger.accounts values ('" + key + "', 'main', 0)");
        west.awaitRows("select balance from ledger.accounts where user_key = '" + key + "'", "0");
        List<Long> micros = new ArrayList<>();
        try (Connection writer = east.store.application();
                Connection reader = west.store.connect("postgres");
                var update = writer.prepareStatement(
                        "update ledger.accounts set balance = ? where user_key = '" + key + "'");
                var look =
                        reader.prepareStatement("select balance from ledger.accounts where user_key = '" + key + "'")) {
            for (int round = 1; round <= 200; round++) {
                update.setLong(1, round);
                update.execute();
                long start = System.nanoTime();
                while (true) {
                    try (var row = look.executeQuery()) {
                        row.next();
                        if (row.getLong(1) == round) {
                            break;
                        }
                    }
                }
                micros.add((System.nanoTime() - start) / 1000);
            }
        }
        long[] sorted = micros.stream().mapToLong(Long::longValue).sorted().toArray();
        System.out.printf(
                "commit to visible: p50 %d us, p90 %d us, p99 %d us, max %d us%n",
                sorted[100], sorted[180], sorted[198], sorted[199]);
        assertThat(sorted).hasSize(200);
    }

    @Test
    @Order(3)
    void aMovedShardGoesOnAtItsNewOwnerAndWaitsForItsBaseEverywhere() throws Exception {
        String key = keyOf(0, 1, "mover");
        north.stop();
        north.start(List.of(west, north)); // nothing comes from east
        east.write("insert into ledger.accounts values ('" + key + "', 'main', 1)");

        long start = System.nanoTime();
        east.close(0);
        Awaiting.await("west's head is east's CLOSE", 60, () -> west.closed(0, 1), () -> west.heads);
        System.out.printf(
                "CLOSE to head in west: %d us (with its own statement)%n", (System.nanoTime() - start) / 1000);
        TestRegion.Marked closed = east.marker(0, 1, true);
        assertThat(west.head(0).position()).isEqualTo(closed.position());
        west.open(0, 3, closed, east.id);
        west.write("update ledger.accounts set balance = 2 where user_key = '" + key + "'");

        east.awaitRows("select balance from ledger.accounts where user_key = '" + key + "'", "2");
        String other = keyOf(33, 34, "other");
        west.write("insert into ledger.accounts values ('" + other + "', 'main', 5)");
        north.awaitRows("select balance from ledger.accounts where user_key = '" + other + "'", "5");
        assertThat(north.store.ask("select count(*) from ledger.accounts where user_key = '" + key + "'"))
                .isEqualTo("0");

        north.stop();
        north.start(all);
        north.awaitRows("select balance from ledger.accounts where user_key = '" + key + "'", "2");
        all.forEach(region -> assertThat(region.stopped).isEmpty());
    }

    @Test
    @Order(4)
    void aShardMovesBackAndForthManyTimes() throws Exception {
        String key = keyOf(1, 2, "pendulum");
        east.write("insert into ledger.accounts values ('" + key + "', 'main', 0)");
        TestRegion owner = east;
        TestRegion next = west;
        for (long epoch = 1; epoch <= 21; epoch += 2) {
            owner.write("update ledger.accounts set balance = " + epoch + " where user_key = '" + key + "'");
            owner.close(1);
            TestRegion.Marked closed = owner.marker(1, epoch, true);
            TestRegion to = next;
            long closing = epoch;
            Awaiting.await(to.id + " has CLOSE", 60, () -> to.closed(1, closing), () -> to.heads);
            next.open(1, epoch + 2, closed, owner.id);
            next = owner;
            owner = to;
        }
        owner.write("update ledger.accounts set balance = 100 where user_key = '" + key + "'");

        for (TestRegion region : all) {
            region.awaitRows("select balance from ledger.accounts where user_key = '" + key + "'", "100");
            region.awaitRows("select epoch || region from meridian.head where shard = 1", "23" + owner.id);
            assertThat(region.stopped).isEmpty();
        }
    }

    @Test
    @Order(5)
    void manyRowsOfManyTransactionsArriveAndHashEqually() throws Exception {
        try (Connection writer = east.store.application();
                var statement = writer.createStatement()) {
            for (int batch = 0; batch < 50; batch++) {
                statement.execute(
                        "insert into ledger.entries select key, n, n, repeat('x', n % 50) from (select unnest(array['"
                                + String.join("','", keys(2, 32, 10)) + "']) as key) k, generate_series(" + batch * 20
                                + ", "
                                + (batch * 20 + 19)
                                + ") n on conflict (user_key, id) do update set amount = excluded.amount + 1");
            }
        }

        String count = east.store.ask("select count(*) from ledger.entries");
        for (TestRegion region : List.of(west, north)) {
            region.awaitRows("select count(*) from ledger.entries", count);
        }
        assertThat(west.hashes()).isEqualTo(east.hashes());
        assertThat(north.hashes()).isEqualTo(east.hashes());
        assertThat(east.hashes().values().stream().mapToLong(ShardHash::rows).sum())
                .isGreaterThan(9_000);
    }

    @Test
    @Order(5)
    void everyTypeArrivesAsItWas() throws Exception {
        String key = keyOf(2, 32, "typed");
        east.write(EveryType.insert(key));
        String rows = "select count(*) from ledger.things where user_key = '" + key + "'";
        for (TestRegion region : List.of(west, north)) {
            region.awaitRows(rows, "4");
        }
        assertThat(west.hashes()).isEqualTo(east.hashes());

        east.write(
                "update ledger.things set raw = (select string_agg(sha256(n::text::bytea), '') from generate_series(1, 400) n) where id = 1 and user_key = '"
                        + key + "'");
        east.write("update ledger.things set whole = 2 where id = 1 and user_key = '" + key + "'");
        east.write("update ledger.things set id = 11, whole = 3 where id = 1 and user_key = '" + key + "'");
        east.write("update ledger.things set id = 12, long = null where id = 2 and user_key = '" + key + "'");
        east.write("delete from ledger.things where id = 3 and user_key = '" + key + "'");
        for (TestRegion region : List.of(west, north)) {
            region.awaitRows(rows, "3");
        }
        assertThat(west.hashes()).isEqualTo(east.hashes());
        assertThat(north.hashes()).isEqualTo(east.hashes());
    }

    @Test
    @Order(6)
    void aColumnThatIsMissingHereParksItsShardUntilItIsThere() throws Exception {
        String key = keyOf(2, 32, "migrated");
        east.store.superuser("alter table ledger.accounts add column colour text");

        east.write("insert into ledger.accounts values ('" + key + "', 'main', 1, 'red')");
        Awaiting.await(
                "west names the column",
                60,
                () -> west.path().problem().orElse("").contains("colour"),
                () -> west.path().problem());

        west.store.superuser("alter table ledger.accounts add column colour text");
        north.store.superuser("alter table ledger.accounts add column colour text");
        west.awaitRows("select colour from ledger.accounts where user_key = '" + key + "'", "red");
        north.awaitRows("select colour from ledger.accounts where user_key = '" + key + "'", "red");
        Awaiting.await(
                "the problem is over",
                60,
                () -> west.path().problem().isEmpty(),
                () -> west.path().problem());
    }

    @Test
    @Order(6)
    void kafkaMayBeGoneForAWhile() throws Exception {
        String key = keyOf(0, 32, "outage");
        east.kafka.kill();
        east.write("insert into ledger.accounts values ('" + key + "', 'main', 1)");
        east.kafka.restart();
        east.write("update ledger.accounts set balance = 2 where user_key = '" + key + "'");

        west.awaitRows("select balance from ledger.accounts where user_key = '" + key + "'", "2");

        west.kafka.kill();
        east.write("update ledger.accounts set balance = 3 where user_key = '" + key + "'");
        north.awaitRows("select balance from ledger.accounts where user_key = '" + key + "'", "3");
        west.kafka.restart();
        west.awaitRows("select balance from ledger.accounts where user_key = '" + key + "'", "3");
        String back = keyOf(33, 64, "outage");
        west.write("insert into ledger.accounts values ('" + back + "', 'main', 9)");
        east.awaitRows("select balance from ledger.accounts where user_key = '" + back + "'", "9");
    }

    @Test
    @Order(6)
    void aStoreMayRestart() throws Exception {
        String key = keyOf(2, 32, "restarted");
        east.write("insert into ledger.accounts (user_key, account, balance) values ('" + key + "', 'main', 1)");
        east.store.server().restart();
        west.store.server().kill();
        west.store.server().restart();

        east.write("update ledger.accounts set balance = 2 where user_key = '" + key + "'");

        west.awaitRows("select balance from ledger.accounts where user_key = '" + key + "'", "2");
        north.awaitRows("select balance from ledger.accounts where user_key = '" + key + "'", "2");
        Awaiting.await(
                "all is well again",
                60,
                () -> all.stream().allMatch(TestRegion::isWell),
                () -> west.path().problem());
    }

    @Test
    @Order(6)
    void aRecordThatIsMissingInTheCopyLogIsFetchedAgain() throws Exception {
        int partition = 2;
        String key = keyOf(2, 3, "gap");
        west.awaitRows("select count(*) from meridian.progress where source = 'east' and partition = 2", "1");
        west.stop();
        for (int balance = 1; balance <= 3; balance++) {
            east.write("insert into ledger.accounts (user_key, account, balance) values ('" + key + "', 'main', "
                    + balance + ") on conflict (user_key, account) do update set balance = excluded.balance");
        }
        north.awaitRows("select balance from ledger.accounts where user_key = '" + key + "'", "3");
        west.copyLastRecordOnly(east, partition);

        west.start(all);

        west.awaitRows("select balance from ledger.accounts where user_key = '" + key + "'", "3");
        Awaiting.await(
                "the gap is over",
                60,
                () -> west.path().problem().isEmpty(),
                () -> west.path().problem());
    }

    @Test
    @Order(6)
    void aRecordIsFetchedAgainAlsoWhenNothingHereSaysWhereItStoodAndTheSourceForgotItsFirstOnes() throws Exception {
        String key = keyOf(2, 3, "forgotten"); // in partition 2
        String balance = "select balance from ledger.accounts where user_key = '" + key + "'";
        east.write("insert into ledger.accounts (user_key, account, balance) values ('" + key + "', 'main', 0)");
        west.awaitRows(balance, "0");
        north.awaitRows(balance, "0");
        west.stop();
        west.forget("meridian.copy.main.east", 2);
        east.forget("meridian.changes.main.east", 2);
        for (int next = 1; next <= 3; next++) {
            east.write("update ledger.accounts set balance = " + next + " where user_key = '" + key + "'");
        }
        north.awaitRows(balance, "3");
        west.copyLastRecordOnly(east, 2);

        west.start(all);

        west.awaitRows(balance, "3");
        Awaiting.await(
                "the gap is over",
                60,
                () -> west.path().problem().isEmpty(),
                () -> west.path().problem());
    }

    @Test
    @Order(7)
    void aWriteOutsideTheLineageStopsItsShardOnly() throws Exception {
        String key = keyOf(40, 41, "forged");
        String fine = keyOf(44, 45, "fine"); // the same partition
        // East forges an opening of a shard that west owns: nothing that its epoch builds on.
        east.store.superuser(
                "update meridian.fence set state = 'OPEN', epoch = 5, owned_epoch = 5, opened_at = clock_timestamp() where shard = 40");
        east.write("insert into ledger.accounts values ('" + key + "', 'main', 666)");

        Awaiting.await("north stops shard 40", 60, () -> !north.stopped.isEmpty(), () -> north.heads);
        west.write("insert into ledger.accounts values ('" + fine + "', 'main', 1)");
        north.awaitRows("select balance from ledger.accounts where user_key = '" + fine + "'", "1");
        assertThat(north.stopped.peek().shard()).isEqualTo(ShardId.of(40));
        assertThat(north.stopped.peek().source()).isEqualTo(east.id);
        north.awaitRows("select source || epoch from meridian.stopped where shard = 40", "east5");
        assertThat(north.store.ask("select count(*) from ledger.accounts where user_key = '" + key + "'"))
                .isEqualTo("0");

        west.write("insert into ledger.accounts values ('" + keyOf(40, 41, "later") + "', 'main', 1)");
        west.write("insert into ledger.accounts values ('" + keyOf(44, 45, "later") + "', 'main', 1)");
        north.awaitRows("select count(*) from ledger.accounts where user_key = '" + keyOf(44, 45, "later") + "'", "1");
        assertThat(north.store.ask(
                        "select count(*) from ledger.accounts where user_key = '" + keyOf(40, 41, "later") + "'"))
                .as("nothing more of a stopped shard is applied, whoever wrote it")
                .isEqualTo("0");
        assertThat(north.path().problem()).isEmpty();
    }

    @Test
    @Order(8)
    void aStopThatAPersonRemovesComesBackBecauseRecordsWerePassedOver() throws Exception {
        String head = "select epoch || region || closed from meridian.head where shard = 40";
        String past = keyOf(4, 5, "past"); // behind the forged row in east's stream: north has passed that one for good
        east.write("insert into ledger.accounts values ('" + past + "', 'main', 1)");
        north.awaitRows("select count(*) from ledger.accounts where user_key = '" + past + "'", "1");
        north.stop();
        north.store.superuser("delete from meridian.stopped");
        north.stopped.clear();
        north.start(all);

        west.write("insert into ledger.accounts values ('" + keyOf(40, 41, "after") + "', 'main', 1)");
        west.close(40);
        String fine = keyOf(44, 45, "after");
        west.write("insert into ledger.accounts values ('" + fine + "', 'main', 1)"); // the same partition
        north.awaitRows("select count(*) from ledger.accounts where user_key = '" + fine + "'", "1");

        assertThat(north.store.ask(head))
                .as("a base that north must not seem to have: it lacks the row written while it was stopped")
                .isEqualTo("1westfalse");
        assertThat(north.store.ask("select count(*) from ledger.accounts where meridian.shard_of(user_key) = 40"))
                .isEqualTo("0");
        assertThat(north.stopped).singleElement().satisfies(stop -> {
            assertThat(stop.shard()).isEqualTo(ShardId.of(40));
            assertThat(stop.reason()).contains("were passed over while the shard was stopped");
        });
        north.awaitRows("select source from meridian.stopped where shard = 40", "west");
    }

    private static String[] keys(int from, int to, int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> keyOf(from, to, "bulk" + number + "-"))
                .toArray(String[]::new);
    }

    static String keyOf(int from, int to, String prefix) {
        for (int number = 0; ; number++) {
            String key = prefix + number;
            int shard = TestRegion.shardOf(key);
            if (shard >= from && shard < to) {
                return key;
            }
        }
    }
}
