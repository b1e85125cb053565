package io.meridian.agent.capture.debezium;

import io.debezium.config.Configuration;
import io.debezium.jdbc.JdbcConfiguration;
import io.debezium.jdbc.JdbcConnection;
import io.meridian.agent.store.StoreAccess;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Debezium's connection for streaming is the one that pgoutput would use: same address with all its properties (TLS, several hosts), same
 * name, same text forms. Debezium makes it by name, hence public and without parameters.
 */
public final class StoreConnectionFactory implements JdbcConnection.ConnectionFactory {
    private static final String URL = "meridian.url";
    private static final String NAME = "meridian.name";

    /**
     * What has to stand in the connector's configuration.
     *
     * @param database by whose name Debezium looks for the slot
     */
    static Configuration.Builder configured(
            Configuration.Builder builder, StoreAccess store, String database, String name) {
        String prefix = "database.";
        return builder.with(prefix + JdbcConfiguration.CONNECTION_FACTORY_CLASS, StoreConnectionFactory.class.getName())
                .with(prefix + URL, store.url())
                .with(prefix + NAME, name)
                .with(prefix + JdbcConfiguration.DATABASE, database)
                .with(prefix + JdbcConfiguration.USER, store.user())
                .with(prefix + JdbcConfiguration.PASSWORD, store.password());
    }

    @Override
    public Connection connect(JdbcConfiguration config) throws SQLException {
        return new StoreAccess(config.getString(URL), config.getUser(), config.getPassword())
                .openReplication(config.getString(NAME));
    }
}
