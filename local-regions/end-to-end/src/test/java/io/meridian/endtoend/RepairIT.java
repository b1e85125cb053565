package io.meridian.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import io.meridian.local.LocalRegion;
import io.meridian.topology.ShardFunction;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A copy that went wrong is found row by row, and made right from its owner, by the commands of the README. */
class RepairIT {
    private final TestRegions regions = TestRegions.shared();
    private final ControlPlaneApi api = regions.api();
    private final Launcher launcher = new Launcher(regions);

    @AfterEach
    void leavesEverythingRunning() throws Exception {
        asSuperuser("north", "alter table public.account drop constraint if exists modest");
        regions.healAndRestart();
    }

    @Test
    void aDamagedCopyIsFoundRowByRowAndRepairedFromItsOwner() throws Exception {
        String key = regions.keyOwnedBy("east");
        String shard = shardOf(key);
        write(key, 700);
        await("the row in north", () -> balance("north", key).equals("700"));
        asSuperuser("north", HIDDEN + "update public.account set balance = 1 where user_key = '" + key + "'");

        Launcher.Ran unequal = launcher.meridian("verify", "--shards", shard, "--rows");
        assertThat(unequal.status()).as(unequal.toString()).isEqualTo(1);
        assertThat(unequal.output()).contains("public.account").contains(key).contains("north");

        Launcher.Ran planned = launcher.meridian("repair", "--shards", shard, "--dry-run");
        assertThat(planned.status()).as(planned.toString()).isZero();
        assertThat(balance("north", key)).isEqualTo("1");
        Launcher.Ran repaired = launcher.meridian("repair", "--verification", verification(unequal), "--wait");

        assertThat(repaired.status()).as(repaired.toString()).isZero();
        await("the row as its owner has it", () -> balance("north", key).equals("700"));
        Launcher.Ran equal = launcher.meridian("verify", "--shards", shard, "--json");
        assertThat(equal.status()).as(equal.toString()).isZero();
    }

    @Test
    void aShardThatAStoreRefusesIsShownAndGoesOnWhenAPersonSaysSo() throws Exception {
        String key = regions.keyOwnedBy("east");
        String shard = shardOf(key);
        asSuperuser("north", "alter table public.account add constraint modest check (balance < 5000) not valid");
        write(key, 9000);

        JsonNode parked = ControlPlaneApi.await(
                "the parked shard",
                Deadlines.of(Duration.ofSeconds(30)),
                () -> api.get("/api/v1/parked"),
                list -> !list.isEmpty());
        assertThat(parked.get(0).path("region").asText()).isEqualTo("north");
        assertThat(parked.get(0).path("shard").asText()).isEqualTo(shard);
        Launcher.Ran list = launcher.meridian("parked");
        assertThat(list.output()).contains("north").contains(shard).contains("REFUSED");
        Launcher.Ran shown = launcher.meridian("parked", "show", "north", "east", shard);
        assertThat(shown.output()).contains("modest");

        Launcher.Ran skipped = launcher.meridian("parked", "skip", "north", "east", shard, "--reason", "a test row");

        assertThat(skipped.status()).as(skipped.toString()).isZero();
        await("nothing parked", () -> api.get("/api/v1/parked").isEmpty());
        asSuperuser("north", "alter table public.account drop constraint modest");
        assertThat(balance("north", key)).isNotEqualTo("9000");
        Launcher.Ran repaired = launcher.meridian("repair", "--shards", shard, "--wait");
        assertThat(repaired.status()).as(repaired.toString()).isZero();
        await("what was skipped, from its owner", () -> balance("north", key).equals("9000"));
    }

    /** Neither fenced nor told to anybody: as a person with too many rights would do it. */
    private static final String HIDDEN = "set session_replication_role = replica;"
            + " select pg_replication_origin_create('hand') where not exists (select from pg_replication_origin where roname = 'hand');"
            + " select pg_replication_origin_session_setup('hand'); ";

    private static String verification(Launcher.Ran unequal) {
        return unequal.output().replaceAll("(?s).*(vf-\\d+).*", "$1");
    }

    private static String shardOf(String key) {
        return new ShardFunction(1024).shardOf(key).toString();
    }

    private void write(String key, long balance) throws Exception {
        LocalRegion east = regions.instance().region("east");
        try (Connection connection =
                        DriverManager.getConnection(east.addresses().postgres(), "ledger", east.password("ledger"));
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "insert into public.account (user_key, name, opened_with, balance) values ('" + key
                            + "', 'repaired', " + balance + ", " + balance
                            + ") on conflict (user_key, name) do update set balance = excluded.balance, opened_with = excluded.opened_with");
        }
    }

    private String balance(String region, String key) throws Exception {
        LocalRegion at = regions.instance().region(region);
        try (Connection connection =
                        DriverManager.getConnection(at.addresses().postgres(), "ledger", at.password("ledger"));
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("select balance from public.account where user_key = '" + key + "'")) {
            return row.next() ? row.getString(1) : "";
        }
    }

    private void asSuperuser(String region, String sql) throws SQLException {
        LocalRegion at = regions.instance().region(region);
        try (Connection connection =
                        DriverManager.getConnection(at.addresses().postgres(), "postgres", at.password("postgres"));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(String what, Condition condition) throws Exception {
        ControlPlaneApi.await(
                what,
                Deadlines.of(Duration.ofSeconds(30)),
                () -> BooleanNode.valueOf(condition.holds()),
                JsonNode::asBoolean);
    }
}
