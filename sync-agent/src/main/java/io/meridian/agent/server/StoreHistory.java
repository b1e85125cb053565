package io.meridian.agent.server;

import io.meridian.topology.StoreIdentity;
import io.meridian.topology.StorePlace;
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
 * all of that; where changes were captured, only once capture has seen that it has those, too. Another database in its place never does. Kept on disk at
 * each renewal of the lease, and by the control plane, for agents whose disk is gone.
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
    private Optional<StorePlace> relied = Optional.empty();
    private volatile Optional<StorePlace> looked = Optional.empty();
    private boolean captured;
    private int life = 1;
    private volatile Optional<Lacking> lacking = Optional.empty();

    /** Opens a session of the streaming protocol. */
    @FunctionalInterface
    public interface Replication {
        Connection open() throws SQLException;
    }

    /** @param server that is not this store's history */
    private record Lacking(ServerIdentity server, String reason) {
        boolean isOf(StorePlace place) {
            return server.systemId().equals(place.store().systemId())
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
        relied.ifPresent(this::expect);
    }

    private void expect(StorePlace place) {
        servers.expect(place.store());
        servers.raise(place.store().systemId(), place.timeline());
    }

    /** Of the region's databases, which follow each other, the one that is remembered. */
    public synchronized int life() {
        return life;
    }

    /** Another database is the store from a life on that is later than what is remembered: whichever was one before is none any more. */
    public void begin(int next) {
        synchronized (this) {
            if (next <= life) {
                return;
            }
            life = next;
            relied = Optional.empty();
            captured = false;
            save();
        }
        servers.expectAny();
        LOG.infof("the database that was this store is given up life=%d", next);
    }

    /** What the control plane knows of this store. Counts where this agent remembers nothing: its disk was lost, too. Any thread. */
    public void told(StorePlace place) {
        synchronized (this) {
            if (relied.isPresent()) {
                return;
            }
            relied = Optional.of(place);
            captured = true; // up to where, capture finds
            save();
        }
        LOG.infof("the control plane tells which database this store is store=%s", place.store());
        expect(place);
        servers.leave(place.store().systemId(), place.timeline()); // sessions that were opened before may be another's
    }

    /** Which store asks for a lease, and up to where all of it is durable; empty: it was not looked at yet. */
    public synchronized Optional<StorePlace> durable() {
        return relied.or(() -> looked.map(now -> new StorePlace(now.store(), now.timeline(), 0)));
    }

    /** Why nothing is written any more. Any thread. */
    public Optional<String> problem() {
        return servers.replaced().or(() -> lacking.map(Lacking::reason));
    }

    @Override
    public Look look(Connection transaction) throws SQLException {
        Optional<StorePlace> before = relied(); // what is captured from here on may lie behind what is read
        StorePlace now = place(transaction);
        looked = Optional.of(now);
        Optional<String> obstacle = judge(now, before);
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
    private static StorePlace place(Connection transaction) throws SQLException {
        try (PreparedStatement query = transaction.prepareStatement("""
                select pg_is_in_recovery() as standby, (select system_identifier::text from pg_control_system()) as system_id,
                       coalesce((select to_jsonb(s) ->> 'store_id' from meridian.settings s), '') as installation,
                       case when pg_is_in_recovery() then '' else substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) end as timeline,
                       case when pg_is_in_recovery() then '0/0' else pg_current_wal_insert_lsn()::text end as lsn""");
                ResultSet row = query.executeQuery()) {
            row.next();
            if (row.getBoolean("standby")) {
                throw new SQLException("the server is a standby", READ_ONLY);
            }
            return new StorePlace(
                    new StoreIdentity(row.getString("system_id"), row.getString("installation")),
                    Integer.parseInt(row.getString("timeline"), 16),
                    LogSequenceNumber.valueOf(row.getString("lsn")).asLong());
        }
    }

    private synchronized Optional<StorePlace> relied() {
        return relied;
    }

    /** @param before what was relied on when the server was asked */
    private Optional<String> judge(StorePlace now, Optional<StorePlace> before) throws SQLException {
        if (servers.isPast(now.store().systemId(), now.timeline())) {
            throw new SQLException("the server is an old primary: another was promoted", READ_ONLY);
        }
        synchronized (this) {
            Optional<String> lacks = lacking.filter(what -> what.isOf(now)).map(Lacking::reason);
            if (lacks.isPresent()) {
                return lacks;
            }
            if (relied.isEmpty()) {
                return Optional.empty();
            }
            StorePlace known = relied.get();
            Optional<String> replaced = StoreServers.replaced(known.store(), now.store());
            if (replaced.isPresent()) {
                return replaced;
            }
            if (now.timeline() == known.timeline()) {
                return before.filter(then -> then.timeline() == now.timeline()
                                && then.store().systemId().equals(now.store().systemId())
                                && Long.compareUnsigned(now.lsn(), then.lsn()) < 0)
                        .map(then -> "the store's log ends at " + Timeline.text(now.lsn()) + ", before "
                                + Timeline.text(then.lsn()) + ", where it was: it was set back. " + Cures.PROMOTED);
            }
            if (captured) {
                return Optional.of("a standby was promoted (timeline " + now.timeline()
                        + "), and capture has not seen yet that it has all that was captured");
            }
        }
        try (Connection session = replication.open()) {
            carryOver(ServerIdentity.of(session));
        }
        return lacking.map(Lacking::reason);
    }

    @Override
    public void rely(Look look) {
        look.place().ifPresent(place -> {
            synchronized (this) {
                if (relied.isEmpty()) {
                    relied = Optional.of(place);
                } else {
                    raise(place);
                }
                save();
            }
            servers.expect(place.store());
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
            if (relied.isEmpty()) {
                relied = Optional.of(place(server, 0));
            }
        }
        return Optional.empty();
    }

    /** Others may have changes up to it. Not written down here: Kafka has them. */
    public synchronized void sent(ServerIdentity server, long lsn) {
        raise(place(server, lsn));
    }

    /** Capture names no installation: it asks the server, not the schema. */
    private static StorePlace place(ServerIdentity server, long lsn) {
        return new StorePlace(
                new StoreIdentity(server.systemId(), ""), server.timeline().number(), lsn);
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

    private void raise(StorePlace place) {
        relied = relied.map(known -> {
            if (!known.store().systemId().equals(place.store().systemId()) || known.timeline() != place.timeline()) {
                return known;
            }
            long lsn = Long.compareUnsigned(known.lsn(), place.lsn()) < 0 ? place.lsn() : known.lsn();
            return new StorePlace(
                    place.store().installation().isEmpty() ? known.store() : place.store(), known.timeline(), lsn);
        });
    }

    private void carryOver(ServerIdentity server) {
        Optional<String> lacks = Optional.empty();
        synchronized (this) {
            Optional<StorePlace> known =
                    relied.filter(place -> place.store().systemId().equals(server.systemId()));
            if (known.isPresent()) {
                int timeline = server.timeline().number();
                lacks = server.timeline()
                        .lacks(known.get().timeline(), known.get().lsn());
                if (lacks.isEmpty() && timeline != known.get().timeline()) {
                    relied = Optional.of(new StorePlace(
                            known.get().store(), timeline, known.get().lsn()));
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
            life = Integer.parseInt(kept.getProperty("life", "1"));
            if (kept.getProperty("system-id", "").isEmpty()) {
                return;
            }
            relied = Optional.of(new StorePlace(
                    new StoreIdentity(kept.getProperty("system-id", ""), kept.getProperty("installation", "")),
                    Integer.parseInt(kept.getProperty("timeline", "")),
                    LogSequenceNumber.valueOf(kept.getProperty("lsn", "")).asLong()));
            captured = Boolean.parseBoolean(kept.getProperty("captured"));
        } catch (IOException | NumberFormatException e) {
            LOG.warnf("how far the store was is not remembered file=%s problem=%s", file, e.toString());
        }
    }

    private String text(StorePlace place) {
        return "system-id=%s%ninstallation=%s%ntimeline=%d%nlsn=%s%ncaptured=%b%n"
                .formatted(
                        place.store().systemId(),
                        place.store().installation(),
                        place.timeline(),
                        Timeline.text(place.lsn()),
                        captured);
    }

    /** Whole or not at all. */
    private void save() {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(
                    next, "life=%d%n".formatted(life) + relied.map(this::text).orElse(""));
            try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warnf("how far the store was is not kept file=%s problem=%s", file, e.toString());
        }
    }
}
