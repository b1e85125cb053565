package io.meridian.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.EveryType;
import io.meridian.agent.capture.CaptureSource;
import io.meridian.agent.repair.RepairDone;
import io.meridian.agent.repair.RepairOrder;
import io.meridian.agent.repair.Repairer;
import io.meridian.agent.store.StoreAccess;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** East owns every shard; west's copy is damaged by hand, and told right again by east. Each test has a shard for itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RepairIT {
    private TestRegion east;
    private TestRegion west;
    private List<TestRegion> all;
    private int shard = 10;

    @BeforeAll
    void twoRegions() throws Exception {
        east = TestRegion.create("east");
        west = TestRegion.create("west");
        all = List.of(east, west);
        east.openFirst("true");
        start(CaptureSource.PGOUTPUT);
    }

    @AfterAll
    void end() {
        all.forEach(TestRegion::close);
    }

    private void start(CaptureSource source) {
        for (TestRegion region : all) {
            region.stop();
            region.start(all, source);
        }
        for (TestRegion region : all) {
            Awaiting.await(
                    region.id + " runs", 90, region::isWell, () -> region.path().problem());
        }
    }

    @ParameterizedTest
    @EnumSource(CaptureSource.class)
    void rowsThatDifferAreMissingOrTooManyAreAsTheOwnerHasThem(CaptureSource source) throws Exception {
        start(source);
        shard++;
        String changed = DataPathIT.keyOf(shard, shard + 1, "changed");
        String gone = DataPathIT.keyOf(shard, shard + 1, "gone");
        String added = DataPathIT.keyOf(shard, shard + 1, "added");
        east.write("insert into ledger.accounts values ('" + changed + "', 'main', 1), ('" + gone + "', 'main', 2)");
        east.write("insert into ledger.entries values ('" + gone + "', 7, -7, 'quote \" '' and \\ and é')");
        west.awaitRows("select count(*) from ledger.entries where user_key = '" + gone + "'", "1");
        damage("update ledger.accounts set balance = 99 where user_key = '" + changed + "'");
        damage("delete from ledger.accounts where user_key = '" + gone + "'");
        damage("delete from ledger.entries where user_key = '" + gone + "'");
        damage("insert into ledger.accounts values ('" + added + "', 'main', 3)");

        RepairDone done = repair(keys(
                account(changed),
                account(gone),
                account(added),
                new RepairOrder.Key("ledger.entries", "{\"user_key\": \"" + gone + "\", \"id\": \"7\"}")));

        assertThat(done).isEqualTo(new RepairDone("rp-1", ShardId.of(shard), 3, 1, ""));
        awaitSameCopy("ledger.accounts");
        awaitSameCopy("ledger.entries");
        assertThat(west.stopped).isEmpty();
        assertThat(rows(east, "select count(*) from meridian.repair")).isEqualTo("0");
    }

    @Test
    void everyTypeIsToldToTheByte() throws Exception {
        shard++;
        String key = DataPathIT.keyOf(shard, shard + 1, "types");
        east.write(EveryType.insert(key));
        west.awaitRows("select count(*) from ledger.things where user_key = '" + key + "'", "4");
        damage("delete from ledger.things where user_key = '" + key + "'");

        RepairDone done = repair(List.of());

        assertThat(done.problem()).isEmpty();
        assertThat(done.rows()).isEqualTo(4);
        awaitSameCopy("ledger.things");
    }

    @Test
    void whileOthersWriteTheShardNothingOfTheirsIsUndone() throws Exception {
        shard++;
        List<String> users = IntStream.range(0, 8)
                .mapToObj(number -> DataPathIT.keyOf(shard, shard + 1, "busy" + number))
                .toList();
        for (String user : users) {
            east.write("insert into ledger.accounts values ('" + user + "', 'main', 0)");
        }
        west.awaitRows("select count(*) from ledger.accounts where meridian.shard_of(user_key) = " + shard, "8");
        damage("update ledger.accounts set balance = -5 where meridian.shard_of(user_key) = " + shard);
        var writing = new AtomicBoolean(true);
        List<Thread> writers = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            int own = writer;
            writers.add(Thread.ofPlatform().start(() -> write(users, own, writing)));
        }

        for (int round = 0; round < 20; round++) {
            assertThat(repair(List.of()).problem()).isEmpty();
        }
        writing.set(false);
        for (Thread writer : writers) {
            writer.join();
        }

        awaitSameCopy("ledger.accounts");
        assertThat(west.stopped).isEmpty();
    }

    private void write(List<String> users, int writer, AtomicBoolean writing) {
        try (Connection application = east.store.application();
                Statement statement = application.createStatement()) {
            for (int number = 0; writing.get(); number++) {
                String user = users.get((writer + number) % users.size());
                statement.execute(
                        number % 5 == 4
                                ? "delete from ledger.accounts where user_key = '" + user + "'"
                                : "insert into ledger.accounts values ('" + user
                                        + "', 'main', 1) on conflict (user_key, account) do update set balance = accounts.balance + 1");
            }
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anOwnerOfAnotherEpochTellsNothing() throws Exception {
        shard++;
        String key = DataPathIT.keyOf(shard, shard + 1, "moved");
        east.write("insert into ledger.accounts values ('" + key + "', 'main', 1)");

        RepairDone other = new RepairWith(3).repair(keys(account(key)));
        assertThat(other.problem()).contains("OPEN here at epoch 1").contains("not open at epoch 3");
        east.close(shard);
        RepairDone closed = new RepairWith(1).repair(keys(account(key)));

        assertThat(closed.problem()).contains("CLOSED here at epoch 2");
        assertThat(closed.rows()).isZero();
    }

    @Test
    void withoutALeaseNothingIsTold() throws Exception {
        shard++;
        String key = DataPathIT.keyOf(shard, shard + 1, "late");
        east.write("insert into ledger.accounts values ('" + key + "', 'main', 1)");
        east.store.superuser("update meridian.lease set issued = '-infinity', valid_until = '-infinity'");
        try {
            assertThat(repair(keys(account(key))).problem()).contains("lease does not hold");
        } finally {
            east.store.lease();
        }
    }

    @Test
    void aStoreOfAnEarlierReleaseIsToldApart() throws Exception {
        shard++;
        String key = DataPathIT.keyOf(shard, shard + 1, "early");
        east.write("insert into ledger.accounts values ('" + key + "', 'main', 1)");
        east.store.superuser("alter table meridian.repair rename to repair_unknown");
        try {
            assertThat(repair(keys(account(key))).problem()).contains("install this agent's version");
        } finally {
            east.store.superuser("alter table meridian.repair_unknown rename to repair");
        }
    }

    @Test
    void whatIsNotOfTheShardOrOfATableIsRefusedByName() throws Exception {
        shard++;
        String elsewhere = DataPathIT.keyOf(shard + 1, shard + 2, "elsewhere");

        assertThat(repair(keys(account(elsewhere))).problem())
                .isEqualTo("1 keys of ledger.accounts are not of shard " + shard);
        assertThat(repair(keys(new RepairOrder.Key("ledger.nothing", "{}"))).problem())
                .isEqualTo("ledger.nothing is no sharded table of the topology");
        assertThat(repair(keys(new RepairOrder.Key("ledger.accounts", "{\"user_key\": \"a\"}")))
                        .problem())
                .contains("has no text for column account");
        assertThat(repair(keys(new RepairOrder.Key("ledger.accounts", "{"))).problem())
                .contains("is no JSON");
    }

    private RepairOrder.Key account(String user) {
        return new RepairOrder.Key("ledger.accounts", "{\"account\": \"main\", \"user_key\": \"" + user + "\"}");
    }

    private static List<RepairOrder.Key> keys(RepairOrder.Key... keys) {
        return List.of(keys);
    }

    private RepairDone repair(List<RepairOrder.Key> keys) throws Exception {
        return new RepairWith(1).repair(keys);
    }

    private final class RepairWith {
        private final long epoch;

        RepairWith(long epoch) {
            this.epoch = epoch;
        }

        RepairDone repair(List<RepairOrder.Key> keys) throws Exception {
            var access = new StoreAccess(east.store.url(), "meridian_agent", east.store.password());
            try (Connection store = access.open("repair")) {
                return new Repairer(store, Duration.ofSeconds(3), TestRegion.TABLES)
                        .repair(new RepairOrder("rp-1", ShardId.of(shard), Epoch.of(epoch), keys, List.of()));
            }
        }
    }

    /** Behind replication's back: neither fenced nor told to anybody. */
    private void damage(String sql) throws Exception {
        west.store.superuser(
                "select pg_replication_origin_create('hand') where not exists (select from pg_replication_origin where roname = 'hand')");
        west.store.superuser(
                "set session_replication_role = replica; select pg_replication_origin_session_setup('hand'); " + sql);
    }

    private void awaitSameCopy(String table) throws Exception {
        String content = "select coalesce(string_agg(t::text, '|' order by t::text), '') from " + table
                + " t where meridian.shard_of(t.user_key) = " + shard;
        west.awaitRows(content, rows(east, content));
    }

    private static String rows(TestRegion region, String query) throws Exception {
        try (Connection connection = region.store.connect("postgres");
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
