package io.meridian.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.local.LocalRegion;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** Invariant 1 with everything else bypassed: the application's own role, straight at the database. */
class FenceIT {
    private final TestRegions regions = TestRegions.shared();

    @Test
    void aWriteToAShardThatAnotherRegionOwnsIsRefusedByTheDatabase() throws Exception {
        String key = regions.keyOwnedBy("west");

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
}
