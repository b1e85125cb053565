package io.meridian.agent;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Touches the heartbeat row once a second: its change carries time to the other regions, and lets the slot of an idle database move on. On the way it
 * counts the shards that are stopped, those of earlier processes too.
 */
final class Heartbeat implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Heartbeat.class);
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final DataSource store;
    private final Thread thread;
    private volatile int shardsStopped;
    private volatile boolean running = true;

    Heartbeat(DataSource store) {
        this.store = store;
        this.thread = Thread.ofPlatform().daemon().name("heartbeat").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** As of the last beat. */
    int shardsStopped() {
        return shardsStopped;
    }

    private void run() {
        boolean told = false;
        while (running) {
            try (Connection connection = store.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("update meridian.heartbeat set at = clock_timestamp() where id = 1");
                try (ResultSet row = statement.executeQuery("select count(*) from meridian.stopped")) {
                    row.next();
                    shardsStopped = row.getInt(1);
                }
                told = false;
            } catch (SQLException e) {
                if (running && !told) {
                    LOG.warnf("heartbeat not written problem=%s", e.getMessage());
                    told = true;
                }
            } catch (RuntimeException e) {
                LOG.error("heartbeat not written: a defect, trying again", e);
            }
            try {
                Thread.sleep(EVERY);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public void close() {
        running = false;
        thread.interrupt();
    }
}
