package io.meridian.agent.capture.debezium;

import io.debezium.connector.postgresql.connection.PostgresConnection;
import io.debezium.jdbc.JdbcConfiguration;
import io.debezium.relational.Column;
import io.debezium.relational.TableId;
import io.debezium.relational.Tables;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What Debezium's decoder asks the catalog when the log describes a table: the pinned key, and nothing else. */
final class Catalog extends PostgresConnection {
    private final Connection connection;
    private final KeyPins pins;

    Catalog(JdbcConfiguration config, Connection connection, KeyPins pins) {
        super(config, CONNECTION_GENERAL);
        this.connection = connection;
        this.pins = pins;
    }

    @Override
    public synchronized Connection connection() {
        return connection;
    }

    @Override
    public synchronized Connection connection(boolean executeOnConnect) {
        return connection;
    }

    /** Never empty: Debezium would warn, and take a unique index for a key. It drops names that are no columns. */
    @Override
    public List<String> readPrimaryKeyNames(DatabaseMetaData metadata, TableId table) throws SQLException {
        List<String> names =
                new ArrayList<>(pins.pin(table.schema(), table.table()).key().columns());
        if (names.isEmpty()) {
            names.add("");
        }
        return names;
    }

    /** Defaults and nullability of columns are not looked at. */
    @Override
    public List<Column> getTableColumnsForDecoder(TableId table, Tables.ColumnNameFilter filter) {
        return List.of();
    }

    /** Its owner closes it. */
    @Override
    public synchronized void close() {}
}
