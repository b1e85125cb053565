package io.meridian.endtoend;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.local.LocalRegion;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Properties;

/** A transaction that has written a user's row and stays open while the user's shard gets another owner. */
final class OpenTransaction implements AutoCloseable {
    private final Connection store;

    private OpenTransaction(Connection store) {
        this.store = store;
    }

    static OpenTransaction in(LocalRegion region, String userKey) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", "ledger");
        properties.setProperty("password", region.password("ledger"));
        properties.setProperty("socketTimeout", "10");
        var open = new OpenTransaction(
                DriverManager.getConnection(region.addresses().postgres(), properties));
        open.store.setAutoCommit(false);
        try (PreparedStatement insert = open.store.prepareStatement(
                "insert into public.account (user_key, name, opened_with, balance) values (?, ?, 0, 0)")) {
            insert.setString(1, userKey);
            insert.setString(2, "late-" + System.nanoTime());
            insert.executeUpdate();
        }
        return open;
    }

    /** The database ended it when its time was over, before anybody else could be given the shard. */
    void assertCannotCommit() {
        assertThatThrownBy(store::commit)
                .as("a transaction of before the takeover cannot commit behind it")
                .isInstanceOf(SQLException.class);
    }

    @Override
    public void close() throws SQLException {
        store.close();
    }
}
