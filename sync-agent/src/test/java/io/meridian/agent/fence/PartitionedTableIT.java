package io.meridian.agent.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.agent.TestStore;
import io.meridian.agent.install.InstallPlan;
import io.meridian.agent.install.Installer;
import io.meridian.topology.ShardFunction;
import io.meridian.topology.Topology;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A table cut up by id: its partitions are under the same fence, whichever name a row is written by. Shard 1 is open, shard 2 is not. */
class PartitionedTableIT {
    private static final String OPEN = key(1);
    private static final String CLOSED = key(2);

    private static TestStore store;

    @BeforeAll
    static void start() throws Exception {
        store = TestStore.empty();
        store.superuser("""
                set role ledger_owner;
                create table ledger.orders (user_key text, id bigint, primary key (user_key, id)) partition by range (id);
                create table ledger.orders_1 partition of ledger.orders for values from (0) to (100);
                grant select, insert, update, delete, truncate on ledger.orders, ledger.orders_1 to ledger;
                """);
        try (Connection connection = store.connect("postgres")) {
            assertThat(Installer.apply(connection, plan())).isInstanceOf(Installer.Outcome.Installed.class);
        }
        store.lease();
        store.open("1", 1);
        store.superuser("""
                set role ledger_owner;
                create table ledger.orders_2 partition of ledger.orders for values from (100) to (200);
                create table ledger.orders_3 (user_key text not null, id bigint not null, primary key (user_key, id));
                alter table ledger.orders attach partition ledger.orders_3 for values from (200) to (300);
                grant select, insert, update, delete on ledger.orders_2, ledger.orders_3 to ledger;
                """);
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    @Test
    void noPartitionTakesARowOfAClosedShardNotEvenOneThatCameLater() {
        for (String table : new String[] {"orders", "orders_1"}) {
            refused("insert into ledger." + table + " values ('" + CLOSED + "', 1)", "MR001");
        }
        for (String table : new String[] {"orders", "orders_2"}) {
            refused("insert into ledger." + table + " values ('" + CLOSED + "', 101)", "MR001");
        }
        refused("insert into ledger.orders_3 values ('" + CLOSED + "', 201)", "MR001");
    }

    @Test
    void rowsOfAnOpenShardTravelUnderTheTablesName() throws Exception {
        application("insert into ledger.orders values ('" + OPEN + "', 50), ('" + OPEN + "', 150)");
        application("update ledger.orders set id = 250 where id = 150");

        try (Connection superuser = store.connect("postgres")) {
            assertThat(DecodedStream.take(superuser, "meridian_main", "meridian_main"))
                    .filteredOn(change -> change.table().startsWith("ledger."))
                    .extracting(DecodedStream.Change::table)
                    .containsOnly("ledger.orders")
                    .hasSizeGreaterThan(2);
        }
        refused("update ledger.orders set user_key = '" + CLOSED + "' where id = 250", "MR001");
    }

    @Test
    void noPartitionIsTruncated() {
        refused("truncate ledger.orders", "MR005");
        refused("truncate ledger.orders_1", "MR005");
    }

    private static InstallPlan plan() {
        InstallPlan plan = TestStore.PLAN;
        return new InstallPlan(
                plan.shards(),
                plan.group(),
                plan.range(),
                plan.appliers(),
                List.of(new Topology.Table("ledger", "orders", "user_key", "main")),
                plan.transactionLimit(),
                plan.agentRole(),
                plan.slot(),
                plan.publication());
    }

    private static void refused(String sql, String state) {
        assertThatThrownBy(() -> application(sql))
                .as(sql)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(state));
    }

    private static void application(String sql) throws SQLException {
        try (Connection connection = store.application();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String key(int shard) {
        ShardFunction shards = new ShardFunction(TestStore.SHARDS);
        return IntStream.range(0, 10_000)
                .mapToObj(i -> "user-" + i)
                .filter(key -> shards.shardOf(key).number() == shard)
                .findFirst()
                .orElseThrow();
    }
}
