package io.meridian.agent.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.agent.TestStore;
import io.meridian.topology.ShardFunction;
import io.meridian.topology.ShardRange;
import io.meridian.topology.ShardVectors;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InstallerIT {
    private TestStore store;

    @BeforeEach
    void start() throws Exception {
        store = TestStore.empty();
    }

    @AfterEach
    void stop() {
        store.close();
    }

    @Test
    void installsIntoEmptyTablesAndAgainWithoutChangingAnything() throws Exception {
        assertThat(apply()).isInstanceOf(Installer.Outcome.Installed.class);
        store.lease();
        store.open("1, 2", 1);
        String before = fences();

        assertThat(apply()).isInstanceOf(Installer.Outcome.Installed.class);

        assertThat(fences()).isEqualTo(before);
        assertThat(store.ask("select count(*) from meridian.fence")).isEqualTo("64");
        assertThat(
                        store.ask(
                                "select string_agg(slot_name || ' ' || plugin || ' ' || failover, ',') from pg_replication_slots"))
                .isEqualTo("meridian_main pgoutput true");
        assertThat(
                        store.ask(
                                "select string_agg(schemaname || '.' || tablename, ' ' order by 1) from pg_publication_tables where pubname = 'meridian_main'"))
                .isEqualTo(
                        "ledger.accounts ledger.entries meridian.fence meridian.heartbeat meridian.repair meridian.telling");
    }

    @Test
    void aStoreOfTheFirstVersionLearnsWhichHeadsAreBroken() throws Exception {
        apply();
        store.superuser("""
                alter table meridian.head drop column broken;
                insert into meridian.head values (1, 1, 'east', 'e', '0/1', false), (2, 1, 'east', 'e', '0/1', false);
                insert into meridian.stopped values (2, 'east', 1, '0/2', 7, 'outside the lineage');
                """);

        assertThat(apply()).isInstanceOf(Installer.Outcome.Installed.class);

        assertThat(store.ask("select string_agg(shard || ' ' || broken, ', ' order by shard) from meridian.head"))
                .isEqualTo("1 false, 2 true");
    }

    @Test
    void aStoreOfTheThirdVersionKeepsItsConflictsAndLearnsOfOrphans() throws Exception {
        apply();
        store.superuser("""
                alter publication meridian_main drop table meridian.telling;
                drop table meridian.orphan, meridian.telling, meridian.unclean, meridian.touched, meridian.conflict;
                alter table meridian.lease drop column unclean;
                create table meridian.conflict (
                    id bigint generated always as identity primary key, at timestamptz not null default clock_timestamp(),
                    relation text not null, key jsonb not null, shard int not null, source text not null, decision text not null,
                    ours jsonb not null, theirs jsonb not null,
                    constraint decision_is_known check (decision in ('OURS', 'THEIRS', 'MERGED')));
                insert into meridian.conflict (relation, key, shard, source, decision, ours, theirs)
                values ('ledger.accounts', '{}', 1, 'west', 'OURS', '{}', '{}');
                update meridian.settings set version = 3;
                """);

        assertThat(apply()).isInstanceOf(Installer.Outcome.Installed.class);

        assertThat(store.ask(
                        "select string_agg(tablename, ' ' order by 1) from pg_publication_tables where pubname = 'meridian_main'"
                                + " and schemaname = 'meridian'"))
                .isEqualTo("fence heartbeat repair telling");
        assertThat(store.ask(
                        "select concat_ws(' ', (select version from meridian.settings), (select unclean::text from meridian.lease),"
                                + " (select count(*) from meridian.orphan), (select count(*) from meridian.conflict where origin is null),"
                                + " has_table_privilege('meridian_agent', 'meridian.orphan', 'update'))"))
                .isEqualTo(InstallPlan.VERSION + " false 0 1 t");
    }

    @Test
    void theDryRunPrintsSqlThatAServerTakesAsItStands() throws Exception {
        store.superuser(Installer.script(TestStore.PLAN)
                .replace("begin;", "")
                .replace("commit;", "")
                .split("-- 070_slot", 2)[0]);

        assertThat(store.ask("select count(*) from meridian.fence")).isEqualTo("64");
    }

    @Test
    void shardOfIsTheFunctionOfTheOtherLanguages() throws Exception {
        store.superuser("create schema meridian");
        try (Connection connection = store.connect("postgres");
                Statement statement = connection.createStatement()) {
            var byCount = ShardVectors.load().stream().collect(Collectors.groupingBy(ShardVectors.Vector::shards));
            for (var vectors : byCount.entrySet()) {
                statement.execute(shardOf(vectors.getKey()));
                try (PreparedStatement query = connection.prepareStatement("select meridian.shard_of(?)")) {
                    for (ShardVectors.Vector vector : vectors.getValue()) {
                        query.setString(1, vector.key());
                        try (ResultSet row = query.executeQuery()) {
                            row.next();
                            assertThat(row.getInt(1)).as(vector.toString()).isEqualTo(vector.shard());
                        }
                    }
                }
            }
            assertThat(byCount.keySet()).contains(64, 1024, 65_536);
        }
    }

    /** The function alone, as the install script has it for this many shards. */
    private static String shardOf(int shards) {
        return InstallScript.of(plan(shards, 8)).schema().stream()
                .filter(part -> part.contains("create or replace function meridian.shard_of"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void refusesWhatAFenceCouldNotGuardWithTheCure() throws Exception {
        store.superuser("""
                alter table ledger.accounts drop constraint accounts_pkey;
                alter table ledger.accounts add primary key (account);
                alter table ledger.accounts add unique (user_key, balance) deferrable;
                alter table ledger.accounts add number bigint generated always as identity;
                insert into ledger.entries values ('alice', 1, 1, '');
                alter role ledger reset transaction_timeout;
                grant ledger_owner to ledger;
                """);

        assertThat(refusal())
                .contains(
                        "primary key ledger.accounts_pkey of ledger.accounts does not contain the sharding column user_key")
                .contains("is deferrable")
                .contains("ledger.accounts.number is generated always")
                .contains("alter table ledger.accounts alter column number set generated by default")
                .contains("ledger.entries has rows already")
                .contains("role ledger writes ledger.accounts without a transaction_timeout of at most 3000 ms")
                .contains("alter role ledger set transaction_timeout = '3000ms'")
                .contains("role ledger writes ledger.accounts and is a member of its owner");
        assertThat(store.ask("select count(*) from pg_namespace where nspname = 'meridian'"))
                .isEqualTo("0");
    }

    @Test
    void refusesTablesWithoutAKeyOrWithNobodyToWriteThem() throws Exception {
        store.superuser("""
                alter table ledger.accounts drop constraint accounts_pkey;
                alter table ledger.entries rename column user_key to owner;
                revoke all on ledger.accounts from ledger;
                """);

        assertThat(refusal())
                .contains("ledger.accounts has no primary key")
                .contains("ledger.entries has no column user_key")
                .contains("nobody but the owner of ledger.accounts may write it");
    }

    @Test
    void refusesAServerWithoutRoomForTheAppliersAndADifferentNumberOfShards() throws Exception {
        apply();
        try (Connection connection = store.connect("postgres")) {
            assertThat(Installer.check(connection, plan(128, 1000)).toString())
                    .contains("max_active_replication_origins is 64, but 1000 sessions");
            assertThat(Installer.check(connection, plan(128, 8)).toString())
                    .contains("installed for 64 shards, the topology has 128");
        }
    }

    private static InstallPlan plan(int shards, int appliers) {
        return plan(shards, "main", ShardRange.all(shards), appliers);
    }

    private static InstallPlan plan(int shards, String group, ShardRange range, int appliers) {
        InstallPlan plan = TestStore.PLAN;
        return new InstallPlan(
                shards,
                group,
                range,
                appliers,
                plan.tables(),
                plan.transactionLimit(),
                plan.agentRole(),
                "meridian_" + group,
                "meridian_" + group);
    }

    private static final InstallPlan SECOND_HALF = plan(64, "more", new ShardRange(32, 63), 8);

    @Test
    void aStoreHasFencesForTheShardsOfItsGroupOnly() throws Exception {
        apply(SECOND_HALF);

        assertThat(store.ask("select min(shard) || '-' || max(shard) || ' ' || count(*) from meridian.fence"))
                .isEqualTo("32-63 32");
        assertThat(store.ask("select store_group || ' ' || first_shard || '-' || last_shard from meridian.settings"))
                .isEqualTo("more 32-63");
        assertThat(store.ask("select slot_name from pg_replication_slots")).isEqualTo("meridian_more");
        assertThat(store.ask("select pubname from pg_publication")).isEqualTo("meridian_more");
    }

    @Test
    void aWriteForAnotherGroupsShardIsAnInstallationFaultWhoeverOwnsIt() throws Exception {
        apply(SECOND_HALF);
        store.lease();
        store.open("40", 1);

        try (Connection connection = store.application();
                Statement statement = connection.createStatement()) {
            statement.execute("insert into ledger.accounts values ('" + keyOf(40) + "', 'a', 1)");
            for (String sql : List.of(
                    "insert into ledger.accounts values ('" + keyOf(7) + "', 'a', 1)",
                    "update ledger.accounts set user_key = '" + keyOf(7) + "'",
                    "select meridian.assert_owner('" + keyOf(7) + "')")) {
                assertThatThrownBy(() -> statement.execute(sql))
                        .as(sql)
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                refused -> assertThat(refused.getSQLState()).isEqualTo("MR005"))
                        .hasMessageContaining(
                                "shard 7 is not of this store: it holds shards 32 to 63, of store group more");
            }
        }
    }

    private static String keyOf(int shard) {
        var function = new ShardFunction(64);
        return IntStream.iterate(0, number -> number + 1)
                .mapToObj(number -> "user-" + number)
                .filter(key -> function.shardOf(key).number() == shard)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aStoreOfBeforeThereWereGroupsLearnsItsOwn() throws Exception {
        apply();
        store.superuser(
                "alter table meridian.settings drop column store_group, drop column first_shard, drop column last_shard");

        assertThat(apply()).isInstanceOf(Installer.Outcome.Installed.class);

        assertThat(store.ask("select store_group || ' ' || first_shard || '-' || last_shard from meridian.settings"))
                .isEqualTo("main 0-63");
    }

    @Test
    void aStoreNeverChangesItsGroupAndASlotIsOfOneDatabase() throws Exception {
        apply();
        store.server().createDatabase("other");

        try (Connection connection = store.connect("postgres")) {
            assertThat(Installer.check(connection, SECOND_HALF).toString())
                    .contains("installed for store group main with shards 0-63, not for more with shards 32-63");
        }
        try (Connection connection = DriverManager.getConnection(
                store.server().jdbcUrl("other"), "postgres", store.server().superuserPassword())) {
            assertThat(Installer.check(connection, TestStore.PLAN).toString())
                    .contains("slot meridian_main is in use by database ledger of this server");
            assertThat(Installer.check(connection, SECOND_HALF).toString()).doesNotContain("slot");
        }
    }

    @Test
    void originsOfOtherGroupsInTheServerNeedRoomToo() throws Exception {
        store.superuser("select pg_replication_origin_create('meridian_more_west_' || n) from generate_series(0, 3) n;"
                + "select pg_replication_origin_create('meridian_main_west_0')");

        try (Connection connection = store.connect("postgres")) {
            assertThat(Installer.check(connection, plan(64, 61)).toString())
                    .contains("max_active_replication_origins is 64, but 61 sessions")
                    .contains("beside 4 of other stores in this server");
            assertThat(Installer.check(connection, plan(64, 60))).isEmpty();
        }
    }

    private Installer.Outcome apply() throws SQLException {
        return apply(TestStore.PLAN);
    }

    private Installer.Outcome apply(InstallPlan plan) throws SQLException {
        try (Connection connection = store.connect("postgres")) {
            return Installer.apply(connection, plan);
        }
    }

    private String refusal() throws SQLException {
        return ((Installer.Outcome.Refused) apply()).faults().toString();
    }

    private String fences() throws SQLException {
        return store.ask("select string_agg(f::text, ';' order by shard) from meridian.fence f");
    }
}
