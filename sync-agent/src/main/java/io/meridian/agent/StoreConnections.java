package io.meridian.agent;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.meridian.agent.server.StoreServers;
import io.meridian.agent.server.StoreSource;
import io.meridian.agent.store.StoreAccess;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;

/** How the agent's sessions in the store are set up. None of them is under a replication origin: fence changes must be in the stream. */
public record StoreConnections(String url, String user, String password) {
    private static final String FENCE =
            "-c lock_timeout=300 -c synchronous_commit=on -c statement_timeout=10s -c idle_in_transaction_session_timeout=30s";
    private static final String SNAPSHOT = "-c lock_timeout=300 -c idle_in_transaction_session_timeout=10min";

    public StoreServers servers() {
        return StoreServers.of(url);
    }

    /** A pool for fence writes and short reads, warm, because a new session costs a move 20 ms; connects lazily, so that a store which is down delays nobody's start. */
    public HikariDataSource pool(String name, int size) {
        return pool(name, FENCE, 30, size, Math.min(6, size));
    }

    private HikariDataSource pool(String name, String options, int socketSeconds, int size, int idle) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setDataSource(new StoreSource(servers(), with(properties(name, options, socketSeconds))));
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(idle);
        config.setConnectionTimeout(5_000);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    /** A session of its own, for the lease: never waits for others' turns in a pool. */
    public Connection lease() throws SQLException {
        return servers().open(with(properties("meridian-lease", FENCE, 10)));
    }

    public StoreAccess access() {
        return new StoreAccess(url, user, password);
    }

    /** To look at servers that are not worked with. */
    public Properties looking() {
        return with(properties("meridian-servers", "-c statement_timeout=5s", 5));
    }

    /** A session of its own, for rows that are told once more. */
    public Connection repair() throws SQLException {
        return access().open("meridian-repair");
    }

    /** A session of its own, for writes that lost their place. */
    public Connection orphans() throws SQLException {
        return access().open("meridian-orphans");
    }

    /** For long reads, each in one snapshot. */
    public HikariDataSource snapshots(int size) {
        return pool("meridian-snapshot", SNAPSHOT, 600, size, 1);
    }

    private Properties with(Properties properties) {
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        return properties;
    }

    private static Properties properties(String name, String options, int socketSeconds) {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", name);
        properties.setProperty("options", options);
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", Integer.toString(socketSeconds));
        properties.setProperty("tcpKeepAlive", "true");
        return properties;
    }
}
