package io.meridian.agent.server;

import java.io.IOException;
import java.io.StringReader;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import org.jboss.logging.Logger;
import org.postgresql.replication.LogSequenceNumber;

/**
 * What this agent remembers of its store: how far its log went when something was relied on. A primary that was promoted, or set back, goes on only if it has
 * all of that; where changes were captured, only once capture has seen that it has those, too. Kept on disk at each renewal of the lease.
 *
 * <p>Not remembered is what was committed in the moments behind the last renewal and not captured: with a synchronous standby nothing of that is lost.
 */
public final class StoreHistory implements StoreStanding {
    private static final Logger LOG = Logger.getLogger(StoreHistory.class);
    private static final String READ_ONLY = "25006";

    private final StoreServers servers;
    private final Replication replication;
    private final Standby standby;
    private final String slot;
    private final Path file;
    private Optional<Place> relied = Optional.empty();
    private boolean captured;
    private volatile Optional<Lacking> lacking = Optional.empty();

    /** Opens a session of the streaming protocol. */
    @FunctionalInterface
    public interface Replication {
        Connection open() throws SQLException;
    }

    /** @param server that is not this store's history */
    private record Lacking(ServerIdentity server, String reason) {
        boolean isOf(Place place) {
            return server.systemId().equals(place.systemId())
                    && server.timeline().number() == place.timeline();
        }
    }

    public StoreHistory(
            StoreServers servers, Replication replication, Standby standby, String slot, Path folder, String group) {
        this.servers = servers;
        this.replication = replication;
        this.standby = standby;
        this.slot = slot;
        this.file = folder.resolve("store-" + group + ".properties");
        load();
        relied.ifPresent(place -> servers.raise(place.systemId(), place.timeline()));
    }

    /** Why nothing is written any more. Any thread. */
    public Optional<String> problem() {
        return lacking.map(Lacking::reason);
    }

    @Override
    public Look look(Connection transaction) throws SQLException {
        Place now = place(transaction);
        Optional<String> obstacle = judge(now);
        if (obstacle.isEmpty() && standby == Standby.REQUIRED) {
            obstacle = StandbyRule.installed(transaction);
            if (obstacle.isEmpty()) {
                obstacle = StandbyRule.obstacle(StandbyRule.read(transaction, slot), slot);
            }
            obstacle = obstacle.map(StandbyRule.REQUIRED::concat);
        }
        return new Look(obstacle, Optional.of(now));
    }

    /** The log's end as of now: a commit that comes after it makes all before it durable. */
    private static Place place(Connection transaction) throws SQLException {
        try (PreparedStatement query = transaction.prepareStatement("""
                select pg_is_in_recovery() as standby, (select system_identifier::text from pg_control_system()) as system_id,
                       case when pg_is_in_recovery() then '' else substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) end as timeline,
                       case when pg_is_in_recovery() then '0/0' else pg_current_wal_insert_lsn()::text end as lsn""");
                ResultSet row = query.executeQuery()) {
            row.next();
            if (row.getBoolean("standby")) {
                throw new SQLException("the server is a standby", READ_ONLY);
            }
            return new Place(
                    row.getString("system_id"),
                    Integer.parseInt(row.getString("timeline"), 16),
                    LogSequenceNumber.valueOf(row.getString("lsn")).asLong());
        }
    }

    private Optional<String> judge(Place now) throws SQLException {
        if (servers.isPast(now.systemId(), now.timeline())) {
            throw new SQLException("the server is an old primary: another was promoted", READ_ONLY);
        }
        synchronized (this) {
            Optional<String> lacks = lacking.filter(what -> what.isOf(now)).map(Lacking::reason);
            if (lacks.isPresent()) {
                return lacks;
            }
            if (relied.isEmpty() || !relied.get().systemId().equals(now.systemId())) {
                return Optional.empty(); // of a store that was made anew, capture's start knows more
            }
            Place known = relied.get();
            if (now.timeline() == known.timeline()) {
                return Long.compareUnsigned(now.lsn(), known.lsn()) < 0
                        ? Optional.of("the store's log ends at " + Timeline.text(now.lsn()) + ", before "
                                + Timeline.text(known.lsn()) + ", where it was: it was set back. " + Cures.PROMOTED)
                        : Optional.empty();
            }
            if (captured) {
                return Optional.of("a standby was promoted (timeline " + now.timeline()
                        + "), and capture has not seen yet that it has all that was captured");
            }
        }
        try (Connection session = replication.open()) {
            carryOver(ServerIdentity.of(session));
        }
        return problem();
    }

    @Override
    public void rely(Look look) {
        look.place().ifPresent(place -> {
            synchronized (this) {
                if (relied.filter(known -> known.systemId().equals(place.systemId()))
                        .isEmpty()) {
                    captured = false;
                    relied = Optional.of(place);
                } else {
                    raise(place);
                }
                save();
            }
        });
    }

    /**
     * Capture begins on this server, whose history has all that is in Kafka.
     *
     * @return what else that was relied on it lacks; empty: nothing
     */
    public Optional<String> captureBegins(ServerIdentity server) {
        carryOver(server);
        if (lacking.isPresent()) {
            return problem();
        }
        synchronized (this) {
            captured = true;
            if (relied.filter(place -> place.systemId().equals(server.systemId()))
                    .isEmpty()) {
                relied = Optional.of(
                        new Place(server.systemId(), server.timeline().number(), 0));
            }
        }
        return Optional.empty();
    }

    /** Others may have changes up to it. Not written down here: Kafka has them. */
    public synchronized void sent(ServerIdentity server, long lsn) {
        raise(new Place(server.systemId(), server.timeline().number(), lsn));
    }

    /** Capture found that the primary lacks something. */
    public void lacks(ServerIdentity server, String reason) {
        var now = new Lacking(server, reason);
        if (!lacking.equals(Optional.of(now))) {
            LOG.errorf(
                    "the store's primary is not what was relied on: nothing is renewed, a person must look at it problem=%s",
                    reason);
        }
        lacking = Optional.of(now);
    }

    private void raise(Place place) {
        relied = relied.filter(
                        known -> known.systemId().equals(place.systemId()) && known.timeline() == place.timeline())
                .map(known -> Long.compareUnsigned(known.lsn(), place.lsn()) < 0 ? place : known)
                .or(() -> relied);
    }

    private void carryOver(ServerIdentity server) {
        Optional<String> lacks = Optional.empty();
        synchronized (this) {
            Optional<Place> known = relied.filter(place -> place.systemId().equals(server.systemId()));
            if (known.isPresent()) {
                int timeline = server.timeline().number();
                lacks = server.timeline()
                        .lacks(known.get().timeline(), known.get().lsn());
                if (lacks.isEmpty() && timeline != known.get().timeline()) {
                    relied = Optional.of(
                            new Place(server.systemId(), timeline, known.get().lsn()));
                    save();
                    LOG.infof("a promoted primary has all that was relied on timeline=%d", timeline);
                }
            }
            if (lacks.isEmpty()) {
                lacking = Optional.empty();
            }
        }
        if (lacks.isEmpty()) {
            servers.raise(server.systemId(), server.timeline().number());
        }
        lacks.ifPresent(what -> lacks(
                server,
                "the store's primary was promoted and lacks what was committed in the one before and relied on: " + what
                        + ". " + Cures.PROMOTED));
    }

    private void load() {
        try {
            if (!Files.exists(file)) {
                return;
            }
            var kept = new Properties();
            kept.load(new StringReader(Files.readString(file)));
            relied = Optional.of(new Place(
                    kept.getProperty("system-id", ""),
                    Integer.parseInt(kept.getProperty("timeline", "")),
                    LogSequenceNumber.valueOf(kept.getProperty("lsn", "")).asLong()));
            captured = Boolean.parseBoolean(kept.getProperty("captured"));
        } catch (IOException | NumberFormatException e) {
            LOG.warnf("how far the store was is not remembered file=%s problem=%s", file, e.toString());
        }
    }

    /** Whole or not at all. */
    private void save() {
        Place place = relied.orElseThrow();
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(
                    next,
                    "system-id=%s%ntimeline=%d%nlsn=%s%ncaptured=%b%n"
                            .formatted(place.systemId(), place.timeline(), Timeline.text(place.lsn()), captured));
            try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warnf("how far the store was is not kept file=%s problem=%s", file, e.toString());
        }
    }
}
