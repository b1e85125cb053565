package io.meridian.agent.store;

import io.meridian.agent.server.StoreServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.PGProperty;

/**
 * Connections to the region's store, each named and with the text forms of all values pinned, so that what one store wrote the other reads. Their
 * commits are durable whatever a database or a role has set: heads and markers are reported, and the slot moves past them, once they are committed,
 * so a commit that a crash undoes would never be made again.
 */
public record StoreAccess(String url, String user, String password) {
    public StoreServers servers() {
        return StoreServers.of(url);
    }

    public Connection open(String name) throws SQLException {
        return open(properties(name));
    }

    /** For the streaming protocol: one command at a time, simple queries only. */
    public Connection openReplication(String name) throws SQLException {
        Properties properties = properties(name);
        PGProperty.REPLICATION.set(properties, "database");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "18");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        return open(properties);
    }

    private Connection open(Properties properties) throws SQLException {
        Connection connection = servers().open(properties);
        try {
            TextForms.pin(connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    private Properties properties(String name) {
        var properties = new Properties();
        PGProperty.USER.set(properties, user);
        PGProperty.PASSWORD.set(properties, password);
        PGProperty.APPLICATION_NAME.set(properties, name);
        PGProperty.OPTIONS.set(properties, "-c synchronous_commit=on");
        PGProperty.CONNECT_TIMEOUT.set(properties, 10);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        return properties;
    }

    @Override
    public String toString() {
        return user + "@" + url;
    }
}
