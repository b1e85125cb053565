package io.meridian.agent.orphan;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.TestStore;
import io.meridian.agent.install.InstallPlan;
import io.meridian.topology.ShardFunction;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Epoch;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Shards 1 and 2 are open in epoch 3; shard 1 is unclean. Accounts are checked row by row, entries by statement, and visits are cut up by time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TouchedByWritersIT {
    private static final String UNCLEAN = key(1);
    private static final String CLEAN = key(2);

    private TestStore store;

    @BeforeAll
    void start() throws Exception {
        store = TestStore.empty();
        store.superuser("""
                set role ledger_owner;
                create table ledger.visits (user_key text, at timestamptz, place char(4), note text, primary key (user_key, at, place)) partition by range (at);
                create table ledger.visits_1 partition of ledger.visits for values from (minvalue) to (maxvalue);
                grant select, insert, update, delete on all tables in schema ledger to ledger;
                """);
        InstallPlan plan = TestStore.plan(TestStore.SHARDS, true);
        store.install(Stream.concat(
                        plan.tables().stream(), Stream.of(new Topology.Table("ledger", "visits", "user_key", "main")))
                .toList());
        store.lease();
        store.open("1, 2", 3);
    }

    @AfterAll
    void stop() {
        store.close();
    }

    @BeforeEach
    void oneIsUnclean() throws SQLException {
        application("delete from ledger.accounts; delete from ledger.entries; delete from ledger.visits");
        store.superuser("truncate meridian.touched, meridian.unclean");
        try (Connection agent = store.agent()) {
            UncleanRows.mark(agent, Map.of(ShardId.of(1), Epoch.of(3)));
        }
    }

    @Test
    void everyWayToWriteARowOfAnUncleanShardIsNoted() throws Exception {
        application("insert into ledger.accounts values ('" + UNCLEAN + "', 'a', 1), ('" + CLEAN + "', 'a', 1)");

        assertThat(touched()).isEqualTo("1 ledger.accounts a 3");

        application("update ledger.accounts set account = 'b' where account = 'a'");

        assertThat(touched()).isEqualTo("1 ledger.accounts a 3, 1 ledger.accounts b 3");

        application("update ledger.accounts set user_key = '" + UNCLEAN + "', account = 'c' where user_key = '" + CLEAN
                + "'; update ledger.accounts set user_key = '" + CLEAN + "' where account = 'c'");

        assertThat(touched()).isEqualTo("1 ledger.accounts a 3, 1 ledger.accounts b 3, 1 ledger.accounts c 3");

        store.superuser("truncate meridian.touched");
        application("delete from ledger.accounts");

        assertThat(touched()).isEqualTo("1 ledger.accounts b 3");
    }

    @Test
    void statementsOfABulkTableNoteEachOfTheirRows() throws Exception {
        application("insert into ledger.entries values ('" + UNCLEAN + "', 1, 1, ''), ('" + UNCLEAN + "', 2, 1, ''), ('"
                + CLEAN + "', 3, 1, '')");

        assertThat(store.ask("select string_agg(key ->> 'id', ' ' order by key) from meridian.touched"))
                .isEqualTo("1 2");

        store.superuser("update meridian.touched set epoch = 1");
        application("update ledger.entries set id = id + 10 where id <> 2; delete from ledger.entries where id = 2");

        assertThat(
                        store.ask(
                                "select string_agg(concat(key ->> 'id', ':', epoch), ' ' order by (key ->> 'id')::int) from meridian.touched"))
                .isEqualTo("1:3 2:3 11:3");
    }

    @Test
    void aRowIsNamedAsTheLogNamesItWhateverTheSessionHasSet() throws Exception {
        application("set timezone = 'Asia/Tokyo';" + "insert into ledger.visits values ('" + UNCLEAN
                + "', '2026-01-02 03:04:05+00', 'ab', '')");

        assertThat(store.ask("select relation || ' ' || key::text from meridian.touched"))
                .isEqualTo("ledger.visits {\"at\": \"2026-01-02 03:04:05+00\", \"place\": \"ab  \", \"user_key\": \""
                        + UNCLEAN + "\"}");
    }

    @Test
    void aWriteThatIsUndoneTouchedNothingAndALaterEpochIsNotedOverAnOlderOne() throws Exception {
        application("begin; insert into ledger.accounts values ('" + UNCLEAN + "', 'a', 1); rollback");
        assertThat(touched()).isEmpty();
        store.superuser(
                "insert into meridian.touched (shard, relation, key, epoch) values (1, 'ledger.accounts', '{\"user_key\": \""
                        + UNCLEAN + "\", \"account\": \"a\"}', 1)");

        application("begin isolation level serializable; insert into ledger.accounts values ('" + UNCLEAN
                + "', 'a', 1); commit");

        assertThat(touched()).isEqualTo("1 ledger.accounts a 3");
    }

    @Test
    void onceAllIsSettledNothingIsNotedAnyMore() throws Exception {
        try (Connection agent = store.agent()) {
            agent.setAutoCommit(false);
            UncleanRows.clear(agent, Set.of(), Map.of(ShardId.of(1), Epoch.of(3)));
            agent.commit();
        }

        application("insert into ledger.accounts values ('" + UNCLEAN + "', 'a', 1)");
        application("insert into ledger.entries values ('" + UNCLEAN + "', 1, 1, '')");

        assertThat(touched()).isEmpty();
    }

    private String touched() throws SQLException {
        return store.ask(
                "select string_agg(concat_ws(' ', shard, relation, key ->> 'account', epoch), ', ' order by key ->> 'account') from meridian.touched");
    }

    private void application(String sql) throws SQLException {
        try (Connection application = store.application();
                Statement statement = application.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String key(int shard) {
        var shards = new ShardFunction(TestStore.SHARDS);
        return Stream.iterate(0, number -> number + 1)
                .map(number -> "k" + number)
                .filter(key -> shards.shardOf(key).number() == shard)
                .findFirst()
                .orElseThrow();
    }
}
