package io.meridian.bench.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.format.Json;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/** Debezium's engine with its defaults, JSON without schemas, and an upsert per change; a commit per batch of the engine. */
final class EngineWorker {
    private static final ObjectMapper JSON = new ObjectMapper();

    private EngineWorker() {}

    /** Arguments: the source's port and password, the target's address and password. */
    public static void main(String[] arguments) throws IOException, SQLException {
        Answering.quiet();
        var problem = new AtomicReference<>("");
        try (Connection target = DriverManager.getConnection(arguments[2], "postgres", arguments[3]);
                PreparedStatement upsert = target.prepareStatement(
                        "insert into ledger.entries values (?, ?, ?, ?) on conflict (user_key, id) do update set amount = excluded.amount, note = excluded.note");
                DebeziumEngine<ChangeEvent<String, String>> engine = DebeziumEngine.create(Json.class, Json.class)
                        .using(properties(arguments[0], arguments[1]))
                        .using((_, message, error) -> problem.set(message + " " + error))
                        .notifying((changes, committer) -> {
                            apply(changes, upsert, target);
                            for (ChangeEvent<String, String> change : changes) {
                                committer.markProcessed(change);
                            }
                            committer.markBatchFinished();
                        })
                        .build();
                ExecutorService running = Executors.newSingleThreadExecutor()) {
            target.setAutoCommit(false);
            running.execute(engine);
            Answering.untilTheEnd(problem::get);
            engine.close(); // before its thread, which is waited for
        }
        System.exit(0);
    }

    private static void apply(List<ChangeEvent<String, String>> changes, PreparedStatement upsert, Connection target) {
        try {
            for (ChangeEvent<String, String> change : changes) {
                JsonNode row = JSON.readTree(change.value()).path("after");
                upsert.setString(1, row.path("user_key").textValue());
                upsert.setLong(2, row.path("id").longValue());
                upsert.setLong(3, row.path("amount").longValue());
                upsert.setString(4, row.path("note").textValue());
                upsert.executeUpdate();
            }
            target.commit();
        } catch (IOException | SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Properties properties(String port, String password) {
        var properties = new Properties();
        properties.setProperty("name", "naive");
        properties.setProperty("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        properties.setProperty("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
        properties.setProperty("topic.prefix", "naive");
        properties.setProperty("plugin.name", "pgoutput");
        properties.setProperty("slot.name", "naive");
        properties.setProperty("publication.name", "naive");
        properties.setProperty("publication.autocreate.mode", "disabled");
        properties.setProperty("snapshot.mode", "no_data");
        properties.setProperty("database.hostname", "127.0.0.1");
        properties.setProperty("database.port", port);
        properties.setProperty("database.user", "postgres");
        properties.setProperty("database.password", password);
        properties.setProperty("database.dbname", "ledger");
        properties.setProperty("converter.schemas.enable", "false");
        return properties;
    }
}
