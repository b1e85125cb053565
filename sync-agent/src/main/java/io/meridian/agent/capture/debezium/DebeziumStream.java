package io.meridian.agent.capture.debezium;

import io.debezium.config.Configuration;
import io.debezium.connector.postgresql.PostgresConnectorConfig;
import io.debezium.connector.postgresql.PostgresSchema;
import io.debezium.connector.postgresql.PostgresTaskContext;
import io.debezium.connector.postgresql.connection.Lsn;
import io.debezium.connector.postgresql.connection.PostgresDefaultValueConverter;
import io.debezium.connector.postgresql.connection.ReplicationConnection;
import io.debezium.connector.postgresql.connection.ReplicationStream;
import io.debezium.connector.postgresql.connection.WalPositionLocator;
import io.debezium.relational.Column;
import io.debezium.relational.CustomConverterRegistry;
import io.debezium.relational.Table;
import io.debezium.relational.TableId;
import io.debezium.schema.SchemaTopicNamingStrategy;
import io.debezium.spi.topic.TopicNamingStrategy;
import io.meridian.agent.store.StoreAccess;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Debezium's parts put together without its engine: replication connection, decoder, and a schema that remembers the tables as the log
 * describes them and builds none of the Connect schemas that nobody reads here.
 */
final class DebeziumStream {
    private static final Duration STATUS_EVERY = Duration.ofSeconds(5);

    private DebeziumStream() {}

    /** @param replication to be closed behind {@code stream} */
    record Opened(ReplicationConnection replication, ReplicationStream stream) {}

    /** @param fromLsn 0: where the slot stands */
    static Opened open(
            StoreAccess store,
            Connection catalogConnection,
            String slot,
            String publication,
            KeyPins pins,
            TransactionCollector collector,
            long fromLsn)
            throws SQLException, InterruptedException {
        Configuration configuration = configuration(store, catalogConnection.getCatalog(), slot, publication);
        var config = new PostgresConnectorConfig(configuration);
        var catalog = new Catalog(config.getJdbcConfig(), catalogConnection, pins);
        ReplicationConnection replication = ReplicationConnection.builder(config)
                .withSlot(slot)
                .withPublication(publication)
                .withTableFilter(config.getTableFilters())
                .withPublicationAutocreateMode(PostgresConnectorConfig.AutoCreateMode.DISABLED)
                .withPlugin(config.plugin())
                .dropSlotOnClose(false)
                .createFailOverSlot(false)
                .statusUpdateInterval(STATUS_EVERY)
                .withTypeRegistry(new EveryTypeIsText(catalog))
                .streamParams("origin=none")
                .jdbcMetadataConnection(catalog)
                .withSchema(schema(configuration, config, catalog, pins, collector))
                .build();
        try {
            Lsn from = fromLsn == 0 ? null : Lsn.valueOf(fromLsn);
            return new Opened(replication, replication.startStreaming(from, new WalPositionLocator()));
        } catch (Exception e) {
            DebeziumChangeSource.closeQuietly(replication);
            throw e;
        }
    }

    /** Nothing is made in the store, nothing left out, no position moved but by {@code flushLsn}; values are never sent in binary. */
    private static Configuration configuration(StoreAccess store, String database, String slot, String publication) {
        return StoreConnectionFactory.configured(Configuration.create(), store, database, "meridian capture " + slot)
                .with(PostgresConnectorConfig.TOPIC_PREFIX, "meridian")
                .with(PostgresConnectorConfig.PLUGIN_NAME, "pgoutput")
                .with(PostgresConnectorConfig.SLOT_NAME, slot)
                .with(PostgresConnectorConfig.PUBLICATION_NAME, publication)
                .with(PostgresConnectorConfig.PUBLICATION_AUTOCREATE_MODE, "disabled")
                .with(PostgresConnectorConfig.LSN_FLUSH_MODE, "connector")
                .with(PostgresConnectorConfig.SKIPPED_OPERATIONS, "none")
                .with(PostgresConnectorConfig.SNAPSHOT_MODE, "no_data")
                .with(PostgresConnectorConfig.MAX_RETRIES, 0)
                // Of the columns' catalog entries, not of the log: Catalog has none, and Debezium would warn of each.
                .with(PostgresConnectorConfig.COLUMN_EXCLUDE_LIST, ".*")
                .build();
    }

    private static PostgresSchema schema(
            Configuration configuration,
            PostgresConnectorConfig config,
            Catalog catalog,
            KeyPins pins,
            TransactionCollector collector) {
        var context = new PostgresTaskContext(configuration, config) {};
        Map<Integer, Table> described = new HashMap<>();
        return new PostgresSchema(
                context,
                (PostgresDefaultValueConverter) null,
                unusedTopicNames(config),
                null,
                new CustomConverterRegistry(List.of())) {
            @Override
            public void applySchemaChangesForTable(int relationId, Table table) {
                String schemaName = table.id().schema();
                String name = table.id().table();
                collector.describe(
                        table.id().toDoubleQuotedString(),
                        DescribedTable.of(
                                schemaName,
                                name,
                                table.columns().stream().map(Column::name).toList(),
                                pins.pinned(schemaName, name, Integer.toUnsignedLong(relationId))));
                described.put(relationId, table);
            }

            @Override
            public @Nullable Table tableFor(int relationId) {
                return described.get(relationId);
            }
        };
    }

    /** Debezium's own code takes it for one of tables without a word. */
    @SuppressWarnings("unchecked")
    private static TopicNamingStrategy<TableId> unusedTopicNames(PostgresConnectorConfig config) {
        return (TopicNamingStrategy<TableId>) (TopicNamingStrategy<?>) SchemaTopicNamingStrategy.create(config);
    }
}
