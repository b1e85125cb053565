package io.meridian.agent.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.TestStore;
import io.meridian.topology.ShardVectors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Collectors;
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
                .isEqualTo("ledger.accounts ledger.entries meridian.fence meridian.heartbeat");
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
        InstallPlan plan = TestStore.PLAN;
        return new InstallPlan(
                shards,
                appliers,
                plan.tables(),
                plan.transactionLimit(),
                plan.agentRole(),
                plan.slot(),
                plan.publication());
    }

    private Installer.Outcome apply() throws SQLException {
        try (Connection connection = store.connect("postgres")) {
            return Installer.apply(connection, TestStore.PLAN);
        }
    }

    private String refusal() throws SQLException {
        return ((Installer.Outcome.Refused) apply()).faults().toString();
    }

    private String fences() throws SQLException {
        return store.ask("select string_agg(f::text, ';' order by shard) from meridian.fence f");
    }
}
