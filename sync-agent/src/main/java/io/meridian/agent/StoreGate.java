package io.meridian.agent;

import io.meridian.agent.life.OwnLife;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/** Waits for the store at start: a database that comes later than its agent is an ordinary morning, and so is one that is not installed yet. */
final class StoreGate {
    private static final Logger LOG = Logger.getLogger(StoreGate.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private StoreGate() {}

    /** Returns once the store can be worked with. Says what it waits for, each reason once. */
    static void await(
            DataSource store, String group, Duration transactionLimit, OwnLife life, Consumer<String> waitingFor)
            throws InterruptedException {
        String told = "";
        while (true) {
            life.ask();
            Optional<String> obstacle = obstacle(store, group, transactionLimit, life);
            if (obstacle.isEmpty()) {
                return;
            }
            if (!obstacle.get().equals(told)) {
                told = obstacle.get();
                waitingFor.accept("waiting for the store: " + told);
                LOG.warnf("waiting for the store problem=%s", told);
            }
            Thread.sleep(PAUSE);
        }
    }

    private static Optional<String> obstacle(DataSource store, String group, Duration transactionLimit, OwnLife life) {
        try (Connection connection = store.getConnection();
                Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery(
                    "select to_regclass('meridian.settings') is null, current_setting('max_prepared_transactions')::int <> 0")) {
                row.next();
                if (row.getBoolean(1)) {
                    return Optional.of("schema meridian is not there: run agent install --apply");
                }
                if (row.getBoolean(2)) {
                    return Optional.of(
                            "max_prepared_transactions is not 0: a prepared transaction would outlive every gate and lease");
                }
            }
            try (ResultSet row = statement.executeQuery(
                    "select (extract(epoch from transaction_limit) * 1000)::bigint from meridian.settings")) {
                if (!row.next() || row.getLong(1) != transactionLimit.toMillis()) {
                    return Optional.of("the store was not installed with meridian.lease.transaction-limit="
                            + transactionLimit.toMillis() + "ms");
                }
            }
            Optional<String> other = otherGroup(connection, group);
            return other.isPresent() ? other : life.settle(connection);
        } catch (SQLException e) {
            return Optional.of("it does not answer: " + (e.getCause() == null ? e : e.getCause()).getMessage());
        }
    }

    /** A store that was installed before there were several groups says nothing of its own. */
    private static Optional<String> otherGroup(Connection connection, String group) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "select to_jsonb(s) ->> 'store_group' from meridian.settings s where to_jsonb(s) ->> 'store_group' <> ?")) {
            query.setString(1, group);
            try (ResultSet row = query.executeQuery()) {
                return row.next()
                        ? Optional.of("it is of store group " + row.getString(1) + ", and meridian.group is " + group
                                + ": mend meridian.group or meridian.store.url")
                        : Optional.empty();
            }
        }
    }
}
