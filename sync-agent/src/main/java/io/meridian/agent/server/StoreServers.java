package io.meridian.agent.server;

import io.meridian.topology.StoreIdentity;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jboss.logging.Logger;

/**
 * The servers that a store's JDBC address names ({@code jdbc:postgresql://a,b/db}), and which of them to work with: the one that can be written, on no older
 * timeline than is known. The driver alone would go back to an old primary that is up again, since that takes writes, too.
 *
 * <p>One per address in this process, as the driver's own memory of hosts is: Debezium makes its connection by name and could not be handed one.
 */
public final class StoreServers {
    private static final Logger LOG = Logger.getLogger(StoreServers.class);
    private static final Map<String, StoreServers> KNOWN = new ConcurrentHashMap<>();
    private static final String PREFIX = "jdbc:postgresql://";

    /** Asked of every new session. */
    private static final String STANDING = """
            select pg_is_in_recovery(), current_setting('transaction_read_only') = 'on',
                   case when pg_is_in_recovery() then 0
                        else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int end""";

    /** No such schema, no such table. */
    private static final Set<String> NOT_INSTALLED = Set.of("3F000", "42P01");

    /** @param timeline that the system's primary has at least */
    private record Floor(String systemId, int timeline) {}

    /** @param writable neither a standby nor told to be read only @param timeline 0: a standby's is not known */
    record Standing(boolean standby, boolean writable, int timeline) {}

    private final List<String> urls;
    private final List<Runnable> onRaised = new CopyOnWriteArrayList<>();
    private volatile Optional<Floor> floor = Optional.empty();
    private volatile Optional<StoreIdentity> expected = Optional.empty();
    private volatile Optional<String> replaced = Optional.empty();
    private volatile int newest;

    private StoreServers(String url) {
        this.urls = urlsOf(url);
    }

    public static StoreServers of(String url) {
        return KNOWN.computeIfAbsent(url, StoreServers::new);
    }

    /** One address per server, in the order in which they are named. */
    static List<String> urlsOf(String url) {
        int end = url.startsWith(PREFIX) ? url.indexOf('/', PREFIX.length()) : -1;
        if (end < 0) {
            return List.of(url);
        }
        List<String> urls = new ArrayList<>();
        for (String host : url.substring(PREFIX.length(), end).split(",")) {
            urls.add(PREFIX + host.strip() + url.substring(end));
        }
        return urls;
    }

    /** @throws SQLException none of the servers can be used; says of each why */
    public Connection open(Properties properties) throws SQLException {
        List<String> failures = new ArrayList<>();
        SQLException last = new SQLException("no server is named");
        int first = newest;
        for (int count = 0; count < urls.size(); count++) {
            int index = (first + count) % urls.size();
            try {
                Connection connection = DriverManager.getConnection(urls.get(index), properties);
                Optional<String> obstacle = obstacle(connection);
                if (obstacle.isEmpty()) {
                    newest = index;
                    return connection;
                }
                failures.add(place(index) + ": " + obstacle.get());
                last = new SQLException(obstacle.get(), "25006");
            } catch (SQLException e) {
                failures.add(place(index) + ": " + e.getMessage());
                last = e;
            }
        }
        throw urls.size() == 1
                ? last
                : new SQLException(
                        "no server of the store can be used: " + String.join("; ", failures), last.getSQLState(), last);
    }

    /** Closes what it does not let pass. */
    private Optional<String> obstacle(Connection connection) throws SQLException {
        try {
            Standing standing = standing(connection);
            Optional<String> obstacle = !standing.writable()
                    ? Optional.of(standing.standby() ? "it is a standby" : "it is read only")
                    : isOld(connection, standing.timeline())
                            ? Optional.of("it is an old primary, of timeline " + standing.timeline()
                                    + "; the store went on with a promoted one")
                            : anotherDatabase(connection);
            if (obstacle.isPresent()) {
                connection.close();
            }
            return obstacle;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    static Standing standing(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(STANDING)) {
            row.next();
            boolean standby = row.getBoolean(1);
            return new Standing(standby, !standby && !row.getBoolean(2), row.getInt(3));
        }
    }

    private boolean isOld(Connection connection, int timeline) throws SQLException {
        Optional<Floor> known = floor;
        return known.isPresent()
                && timeline < known.get().timeline()
                && systemId(connection).equals(known.get().systemId());
    }

    private Optional<String> anotherDatabase(Connection connection) throws SQLException {
        Optional<StoreIdentity> known = expected;
        replaced = known.isEmpty() ? Optional.empty() : replaced(known.get(), identity(connection));
        return replaced;
    }

    /** Why the server that was tried last got no session: it holds another database. */
    Optional<String> replaced() {
        return replaced;
    }

    /** Why {@code now} is not worked with where {@code known} was. */
    static Optional<String> replaced(StoreIdentity known, StoreIdentity now) {
        return now.mayBe(known)
                ? Optional.empty()
                : Optional.of("it is another database than this region's store: " + now + ", which was " + known
                        + ". It has nothing of what was written, so nothing is read from it, written to it or told of it. "
                        + Cures.REPLACED);
    }

    static StoreIdentity identity(Connection connection) throws SQLException {
        String systemId = systemId(connection);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select coalesce(to_jsonb(s) ->> 'store_id', '') from meridian.settings s")) {
            return new StoreIdentity(systemId, row.next() ? row.getString(1) : "");
        } catch (SQLException e) {
            if (NOT_INSTALLED.contains(String.valueOf(e.getSQLState()))) {
                return new StoreIdentity(systemId, "");
            }
            throw e;
        }
    }

    static String systemId(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select system_identifier::text from pg_control_system()")) {
            row.next();
            return row.getString(1);
        }
    }

    private String place(int index) {
        String url = urls.get(index);
        return url.startsWith(PREFIX) ? url.substring(PREFIX.length(), url.indexOf('/', PREFIX.length())) : url;
    }

    /** Which database it is: from now on nobody gets a session of another one. */
    public void expect(StoreIdentity identity) {
        expected = Optional.of(identity);
    }

    /** Whoever remembered which database it is works here no more. */
    public void expectAny() {
        expected = Optional.empty();
    }

    /** The primary of that timeline is worked with: none of an older one is any more. */
    public void raise(String systemId, int timeline) {
        Optional<Floor> before = put(systemId, timeline);
        if (before.filter(known -> known.timeline() < timeline).isPresent()) {
            onRaised.forEach(Runnable::run);
        }
    }

    /** A primary of that timeline was seen elsewhere than where this process works. */
    void leave(String systemId, int timeline) {
        put(systemId, timeline);
        onRaised.forEach(Runnable::run);
    }

    /** @return what was known of that system */
    private synchronized Optional<Floor> put(String systemId, int timeline) {
        Optional<Floor> before = floor.filter(known -> known.systemId().equals(systemId));
        if (before.filter(known -> known.timeline() >= timeline).isEmpty()) {
            floor = Optional.of(new Floor(systemId, timeline));
        }
        return before;
    }

    /** A newer primary is known than one of {@code timeline}. */
    public boolean isPast(String systemId, int timeline) {
        return floor.filter(known -> known.systemId().equals(systemId) && known.timeline() > timeline)
                .isPresent();
    }

    /** A promoted primary is known: sessions that were opened before may be the old one's. Called on the thread that noticed; must return at once. */
    public void onRaised(Runnable listener) {
        onRaised.add(listener);
    }

    public void forget(Runnable listener) {
        onRaised.remove(listener);
    }

    /** What a look at one of the servers does with its session. */
    @FunctionalInterface
    interface Visit {
        void to(String server, Connection connection, Standing standing) throws SQLException;
    }

    /** Visits the servers that are not worked with, if they answer. */
    void visitOthers(Properties properties, Visit visit) {
        for (int index = 0; index < urls.size(); index++) {
            if (index == newest) {
                continue;
            }
            try (Connection connection = DriverManager.getConnection(urls.get(index), properties)) {
                visit.to(place(index), connection, standing(connection));
            } catch (SQLException e) {
                LOG.debugf("server of the store does not answer server=%s problem=%s", place(index), e.getMessage());
            }
        }
    }

    public boolean several() {
        return urls.size() > 1;
    }
}
