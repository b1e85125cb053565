package io.meridian.agent.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.TestStore;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class StoreAccessIT {
    @Test
    void commitsAreDurableWhateverTheDatabaseAndTheRoleHaveSet() throws Exception {
        try (TestStore store = TestStore.empty()) {
            store.superuser("alter database ledger set synchronous_commit = off");
            store.superuser("alter role meridian_agent set synchronous_commit = off");
            var access = new StoreAccess(store.url(), "meridian_agent", store.password());

            try (Connection session = access.open("test");
                    Connection replication = access.openReplication("test")) {
                assertThat(show(session)).isEqualTo("on");
                assertThat(show(replication)).isEqualTo("on");
            }
        }
    }

    private static String show(Connection session) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery("show synchronous_commit")) {
            row.next();
            return row.getString(1);
        }
    }
}
