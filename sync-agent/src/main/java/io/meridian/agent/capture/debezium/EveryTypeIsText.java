package io.meridian.agent.capture.debezium;

import io.debezium.connector.postgresql.PostgresType;
import io.debezium.connector.postgresql.TypeRegistry;
import io.debezium.connector.postgresql.connection.PostgresConnection;

/**
 * Says of every type that it is text, so that Debezium gives each value as PostgreSQL sent it. Its conversions lose: the zone of a
 * {@code timetz}, infinite dates, digits of an interval. Nor has the catalog to know a type that was dropped since.
 */
final class EveryTypeIsText extends TypeRegistry {
    private static final int TEXT = 25;

    EveryTypeIsText(PostgresConnection catalog) {
        super(catalog);
    }

    @Override
    public PostgresType get(int oid) {
        return super.get(TEXT);
    }

    @Override
    public PostgresType get(String schema, String name) {
        return super.get(TEXT);
    }
}
