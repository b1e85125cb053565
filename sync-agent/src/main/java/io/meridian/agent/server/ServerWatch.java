package io.meridian.agent.server;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Looks at all servers of a store of several: for one that was promoted while the old primary is still up (its sessions do not break, and nothing else would
 * tell), and for standbys that could not be captured from if they were promoted.
 */
public final class ServerWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ServerWatch.class);
    private static final Duration EVERY = Duration.ofSeconds(3);

    /**
     * What a standby says of itself.
     *
     * @param feedback {@code hot_standby_feedback}: without it the copied slot's catalog rows are cleaned away
     * @param copies {@code sync_replication_slots}
     * @param slot the slot of changes was copied and is kept; false at first, until it has caught up
     */
    record StandbyFacts(boolean feedback, boolean copies, boolean slot) {
        /** Pure. The first thing that is missing, with its cure. */
        Optional<String> lacks() {
            return !copies
                    ? Optional.of("sync_replication_slots is off: it has no copy of the slot of changes")
                    : !feedback
                            ? Optional.of("hot_standby_feedback is off: its copy of the slot would be lost")
                            : slot
                                    ? Optional.empty()
                                    : Optional.of("the slot of changes has not been copied to it yet");
        }
    }

    private final DataSource store;
    private final StoreServers servers;
    private final Properties properties;
    private final Standby standby;
    private final String slot;
    private final Thread thread;
    private volatile Optional<String> problem = Optional.empty();
    private volatile boolean running = true;

    public ServerWatch(DataSource store, StoreServers servers, Properties properties, Standby standby, String slot) {
        this.store = store;
        this.servers = servers;
        this.properties = properties;
        this.standby = standby;
        this.slot = slot;
        this.thread = Thread.ofPlatform().daemon().name("store-servers").unstarted(this::run);
    }

    public void start() {
        if (servers.several()) {
            thread.start();
        }
    }

    /** What would not survive a promotion, where a standby is required. Any thread. */
    public Optional<String> problem() {
        return problem;
    }

    private void run() {
        while (running) {
            try (Connection connection = store.getConnection()) {
                look(
                        StoreServers.systemId(connection),
                        StoreServers.standing(connection).timeline());
            } catch (SQLException e) {
                LOG.debugf("the store does not answer problem=%s", e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("the store's servers not looked at: a defect, trying again", e);
            }
            try {
                Thread.sleep(EVERY);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void look(String systemId, int timeline) {
        List<String> problems = new ArrayList<>();
        servers.visitOthers(properties, (server, connection, standing) -> {
            if (standing.writable()
                    && standing.timeline() > timeline
                    && StoreServers.systemId(connection).equals(systemId)) {
                LOG.warnf(
                        "another server of the store was promoted, the one before is left server=%s timeline=%d",
                        server, standing.timeline());
                servers.leave(systemId, standing.timeline());
            } else if (standing.standby() && standby == Standby.REQUIRED) {
                facts(connection).lacks().ifPresent(what -> problems.add("standby " + server + ": " + what));
            }
        });
        tell(problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems) + "; " + Cures.STANDBY));
    }

    /** Once, and again when it is something else. */
    private void tell(Optional<String> now) {
        if (!now.equals(problem)) {
            now.ifPresent(what -> LOG.warnf("a promotion would stop this region problem=%s", what));
        }
        problem = now;
    }

    private StandbyFacts facts(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                select current_setting('hot_standby_feedback')::bool as feedback, current_setting('sync_replication_slots')::bool as copies,
                       exists (select from pg_replication_slots where slot_name = ? and synced and not temporary
                               and invalidation_reason is null) as slot""")) {
            query.setString(1, slot);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return new StandbyFacts(row.getBoolean("feedback"), row.getBoolean("copies"), row.getBoolean("slot"));
            }
        }
    }

    @Override
    public void close() {
        running = false;
        thread.interrupt();
    }
}
