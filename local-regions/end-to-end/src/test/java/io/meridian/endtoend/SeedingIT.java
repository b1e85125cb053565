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
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A copy that is past mending row by row is made anew from its owner, by the commands of docs/seeding.md, while users write. */
class SeedingIT {
    private static final String THIRD = "0-340";
    private static final String SHARDS = "0-4";
    private static final int FIRST_BEYOND = 5;
    private static final int USERS = 60;
    private static final int RATE = 60;
    private static final Duration LOAD = Duration.ofSeconds(90);

    /** Neither fenced nor told to anybody: as a person with too many rights would do it. */
    private static final String HIDDEN = "set session_replication_role = replica;"
            + " select pg_replication_origin_create('hand') where not exists (select from pg_replication_origin where roname = 'hand');"
            + " select pg_replication_origin_session_setup('hand'); ";

    private final TestRegions regions = TestRegions.shared();
    private final Launcher launcher = new Launcher(regions);

    @BeforeEach
    void atHome() throws Exception {
        regions.bringHome(THIRD, "east-1");
    }

    @AfterEach
    void leavesEverythingRunning() throws Exception {
        regions.healAndRestart();
    }

    @Test
    void aCopyWithRowsGoneDamagedAndMadeUpIsMadeAnewUnderLoad() throws Exception {
        List<String> keys = keys("seeded", USERS);
        List<String> gone = keys.subList(0, USERS / 3);
        List<String> damaged = keys.subList(USERS / 3, USERS / 2);
        String ghost = keys("ghost", 1).getFirst();
        insert("east", keys);
        await("the rows in west", () -> count("west", keys) == USERS);
        try (var load = LoadProcess.start(regions, RATE, LOAD)) {
            asSuperuser(
                    "west",
                    HIDDEN + "delete from public.account where user_key in (" + listed(gone) + ");"
                            + " update public.account set balance = 1 where user_key in (" + listed(damaged) + ");"
                            + " insert into public.account (user_key, name, opened_with, balance) values ('" + ghost
                            + "', 'nobody', 0, 0)");
            assertThat(count("west", keys)).isEqualTo(USERS - gone.size());

            Launcher.Ran planned = launcher.meridian("seed", "--region", "west", "--shards", SHARDS, "--dry-run");
            assertThat(planned.status()).as(planned.toString()).isZero();
            assertThat(count("west", List.of(ghost))).as("nothing was changed").isEqualTo(1);
            Launcher.Ran seeded = launcher.meridian(
                    "seed", "--region", "west", "--shards", SHARDS, "--yes", "--wait", "--timeout", "150s");

            assertThat(seeded.status()).as(seeded.toString()).isZero();
            assertThat(seeded.output()).contains("5 of 5 shards copied");
            assertThat(count("west", keys)).isEqualTo(USERS);
            assertThat(sum("west", keys)).isEqualTo(sum("east", keys));
            assertThat(count("west", List.of(ghost))).isZero();
            JsonNode judged = load.result();
            System.out.println("load: " + judged);
            assertThat(judged.path("lost").asLong()).as(judged.toString()).isZero();
            assertThat(judged.path("doubled").asLong()).as(judged.toString()).isZero();
        }
        Launcher.Ran equal = launcher.meridian("verify", "--shards", SHARDS, "--json");
        assertThat(equal.status()).as(equal.toString()).isZero();
        regions.assertAllEqual();
        regions.bringHome(SHARDS, "west-1"); // it may own what it got
        assertThat(sum("west", keys)).isEqualTo(sum("east", keys));
        regions.bringHome(SHARDS, "east-1");
    }

    @Test
    void whatARegionOwnsItselfIsRefusedAndNothingIsThrownAwayWithoutYes() throws Exception {
        Launcher.Ran own = launcher.meridian("seed", "--region", "east", "--shards", SHARDS, "--yes");
        Launcher.Ran unsaid = launcher.meridian("seed", "--region", "west", "--shards", SHARDS);

        assertThat(own.status()).as(own.toString()).isEqualTo(3);
        assertThat(own.toString()).contains("owns shards 0-4 itself");
        assertThat(unsaid.status()).as(unsaid.toString()).isEqualTo(2);
        assertThat(unsaid.toString()).contains("--yes");
    }

    /** Users of the shards that are seeded. */
    private static List<String> keys(String prefix, int many) {
        var shards = new ShardFunction(1024);
        return IntStream.iterate(0, number -> number + 1)
                .mapToObj(number -> prefix + "-" + System.nanoTime() % 1_000_000 + "-" + number)
                .filter(key -> shards.shardOf(key).number() < FIRST_BEYOND)
                .limit(many)
                .toList();
    }

    private static String listed(List<String> keys) {
        return keys.stream().map(key -> "'" + key + "'").collect(Collectors.joining(", "));
    }

    private void insert(String region, List<String> keys) throws Exception {
        String rows =
                keys.stream().map(key -> "('" + key + "', 'seeded', 700, 700)").collect(Collectors.joining(", "));
        try (Connection connection = asLedger(region);
                Statement statement = connection.createStatement()) {
            statement.execute("insert into public.account (user_key, name, opened_with, balance) values " + rows);
        }
    }

    private long count(String region, List<String> keys) throws Exception {
        return number(region, "select count(*) from public.account where user_key in (" + listed(keys) + ")");
    }

    private long sum(String region, List<String> keys) throws Exception {
        return number(
                region,
                "select coalesce(sum(balance), 0) from public.account where user_key in (" + listed(keys) + ")");
    }

    private long number(String region, String sql) throws Exception {
        try (Connection connection = asLedger(region);
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private Connection asLedger(String region) throws SQLException {
        LocalRegion at = regions.instance().region(region);
        return DriverManager.getConnection(at.addresses().postgres(), "ledger", at.password("ledger"));
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
