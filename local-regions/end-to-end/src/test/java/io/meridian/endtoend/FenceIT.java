package io.meridian.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.local.LocalRegion;
import io.meridian.topology.ShardFunction;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Invariant 1 with everything else bypassed: the application's own role, straight at the database. */
class FenceIT {
    private final TestRegions regions = TestRegions.shared();

    @Test
    void aWriteToAShardThatAnotherRegionOwnsIsRefusedByTheDatabase() throws Exception {
        JsonNode shards = regions.api().get("/api/v1/shards");
        String key = keyOwnedBy("west", shards);

        try (Connection east = asApplication("east");
                Statement statement = east.createStatement()) {
            assertThatThrownBy(() -> statement.executeUpdate(
                            "insert into public.account(user_key, name, opened_with, balance) values ('" + key
                                    + "', 'bypass', 0, 0)"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refusal -> assertThat(refusal.getSQLState()).isEqualTo("MR001"));
        }
    }

    @Test
    void theApplicationCannotTouchTheFenceItself() throws Exception {
        try (Connection east = asApplication("east");
                Statement statement = east.createStatement()) {
            assertThatThrownBy(() -> statement.executeUpdate("update meridian.fence set state = 'OPEN'"))
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> statement.execute("set session_replication_role = replica"))
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> statement.execute("truncate public.account"))
                    .isInstanceOf(SQLException.class);
        }
    }

    private Connection asApplication(String name) throws SQLException {
        LocalRegion region = regions.instance().region(name);
        return DriverManager.getConnection(region.addresses().postgres(), "ledger", region.password("ledger"));
    }

    private static String keyOwnedBy(String region, JsonNode shards) {
        var function = new ShardFunction(shards.path("shards").size());
        return IntStream.range(0, 100_000)
                .mapToObj(number -> "bypass-" + number)
                .filter(key -> shards.path("shards")
                        .path(function.shardOf(key).number())
                        .path("region")
                        .asText()
                        .equals(region))
                .findFirst()
                .orElseThrow();
    }
}
