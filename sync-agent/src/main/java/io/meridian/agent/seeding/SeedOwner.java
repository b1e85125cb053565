package io.meridian.agent.seeding;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meridian.agent.record.SeedMark;
import io.meridian.agent.repair.RepairRefusedException;
import io.meridian.agent.repair.RepairedTable;
import io.meridian.agent.repair.ShardGate;
import io.meridian.agent.running.Running;
import io.meridian.agent.running.Work;
import io.meridian.agent.store.LineageBoard;
import io.meridian.agent.store.StoreAccess;
import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Epoch;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Tells all rows of shards that this store owns once more, of several by turns: a mark, then the rows by their keys, some hundred in a transaction under the
 * shard's exclusive gate, as a {@link io.meridian.agent.repair.Repairer} does it, then a mark. Each transaction moves the attempt's row in
 * {@code meridian.seeding} with it, so a crash between any two costs nothing: the next one goes on behind the last key.
 *
 * <p>Rows that come into being behind the first mark come by themselves, so keys are read page by page, each as it is then. A key that is gone by the time
 * its page is told is told as not there.
 */
public final class SeedOwner implements Work {
    private static final Logger LOG = Logger.getLogger(SeedOwner.class);
    private static final int FEWEST_ROWS = 10;
    private static final int FIRST_ROWS = 100;
    private static final int MOST_ROWS = 500;
    /** How long a transaction may hold the gate before the next one is made smaller. */
    private static final Duration GATE_LIMIT = Duration.ofMillis(150);

    private static final Duration IDLE = Duration.ofMillis(200);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};

    private final RegionId here;
    private final StoreAccess access;
    private final SeedView view;
    private final List<Topology.Table> tables;
    private final Runnable news;
    private volatile List<SeedTold> told = List.of();

    private record Key(String id, int shard) {
        static Key of(SeedOrder order) {
            return new Key(order.id(), order.shard().number());
        }
    }

    /** A row of {@code meridian.seeding}. */
    private record Telling(
            int attempt,
            String phase,
            long rows,
            long expected,
            Optional<String> table,
            Optional<List<String>> key,
            String problem) {
        boolean goesOn() {
            return phase.equals("TELLING");
        }
    }

    /** @param tables all of the topology's @param news called when there is something new in {@link #told} */
    public SeedOwner(RegionId here, StoreAccess access, SeedView view, List<Topology.Table> tables, Runnable news) {
        this.here = here;
        this.access = access;
        this.view = view;
        this.tables = tables.stream().filter(Topology.Table::sharded).toList();
        this.news = news;
    }

    /** Any thread. */
    public List<SeedTold> told() {
        return told;
    }

    @Override
    public void run(Running running) throws Exception {
        try (Connection store = access.open("meridian seeds told")) {
            store.setAutoCommit(false);
            store.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            var work = new Session(store, transactionLimit(store));
            running.well();
            while (running.wanted()) {
                Duration worked = work.round(view.orders().map(SeedOrders::attempts));
                Thread.sleep(worked.isZero() ? IDLE : worked); // Half of the time is the writers'.
            }
        }
    }

    private static Duration transactionLimit(Connection store) throws SQLException {
        try (Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery(
                        "select (extract(epoch from transaction_limit) * 1000)::bigint from meridian.settings")) {
            row.next();
            Duration limit = Duration.ofMillis(row.getLong(1));
            store.rollback();
            return limit;
        }
    }

    /** One connection's. */
    private final class Session {
        private final Connection store;
        private final Duration transactionLimit;
        private final Map<Key, Integer> rowsAtOnce = new HashMap<>();
        private boolean nothingTold;

        Session(Connection store, Duration transactionLimit) {
            this.store = store;
            this.transactionLimit = transactionLimit;
        }

        /** One transaction of each shard that is to be told. @return how long gates were held, or wanted; zero: there was nothing to do */
        Duration round(Optional<List<SeedOrder>> asked) throws SQLException, InterruptedException {
            List<SeedOrder> orders = asked.orElse(List.of()).stream()
                    .filter(order -> order.owner().equals(here) && order.prepared())
                    .toList();
            if (orders.isEmpty() && nothingTold && told.isEmpty()) {
                return Duration.ZERO; // A store of which nobody asks anything is asked nothing.
            }
            Map<Key, Telling> rows = rows();
            nothingTold = orders.isEmpty() && rows.isEmpty();
            Duration worked = Duration.ZERO;
            for (SeedOrder order : orders) {
                Telling row = rows.get(Key.of(order));
                if (row == null
                        || row.attempt() < order.attempt()
                        || (row.attempt() == order.attempt() && row.goesOn())) {
                    long began = System.nanoTime();
                    step(order, Optional.ofNullable(row).filter(known -> known.attempt() == order.attempt()));
                    worked = worked.plusNanos(System.nanoTime() - began);
                }
            }
            if (asked.isPresent()) {
                forget(rows, asked.get());
            }
            tell(orders);
            return worked;
        }

        private void step(SeedOrder order, Optional<Telling> row) throws SQLException {
            try {
                if (row.isEmpty()) {
                    begin(order);
                } else {
                    goOn(order, row.get());
                }
                store.commit();
            } catch (RepairRefusedException e) {
                store.rollback();
                failed(order, e.reason());
            } catch (SQLException e) {
                store.rollback();
                if (!ShardGate.busy(e) && !ShardGate.refused(e)) {
                    throw e;
                }
                LOG.debugf("a shard is told on later shard=%s problem=%s", order.shard(), e.getMessage());
            }
        }

        private void begin(SeedOrder order) throws SQLException, RepairRefusedException {
            for (Topology.Table table : tables) {
                RepairedTable.of(store, table); // Refused before anything is told.
            }
            long expected = expected();
            takeGate(order);
            write(order, "TELLING", expected, "");
            SeedTelling.tell(store, new SeedMark.Begin(of(order), LineageBoard.grants(store, order.shard())));
            removeAgain();
            LOG.infof(
                    "shard is told anew shard=%s epoch=%s to=%s seeding=%s attempt=%d expected=%d",
                    order.shard(), order.epoch(), order.target(), order.id(), order.attempt(), expected);
        }

        private void goOn(SeedOrder order, Telling row) throws SQLException, RepairRefusedException {
            int place = row.table().map(this::place).orElse(0);
            Optional<List<String>> after = row.key();
            for (; place < tables.size(); place++, after = Optional.empty()) {
                RepairedTable table = RepairedTable.of(store, tables.get(place));
                int most = rowsAtOnce.getOrDefault(Key.of(order), FIRST_ROWS);
                List<List<String>> keys = table.keysAfter(store, order.shard(), after, most);
                store.rollback(); // What is read under the gate is read by a younger snapshot.
                if (!keys.isEmpty()) {
                    some(order, table, keys, most);
                    return;
                }
            }
            takeGate(order);
            SeedTelling.tell(store, new SeedMark.End(of(order), row.rows()));
            removeAgain();
            moved(order, "phase = 'TOLD'", _ -> {});
            LOG.infof("shard was told shard=%s rows=%d seeding=%s", order.shard(), row.rows(), order.id());
        }

        private int place(String table) {
            for (int place = 0; place < tables.size(); place++) {
                if (RepairedTable.name(tables.get(place)).equals(table)) {
                    return place;
                }
            }
            return 0; // The topology lost it meanwhile: all once more, which changes nothing.
        }

        private void some(SeedOrder order, RepairedTable table, List<List<String>> keys, int most)
                throws SQLException, RepairRefusedException {
            long began = System.nanoTime();
            takeGate(order);
            RepairedTable.Told images = table.tell(store, order.shard(), keys);
            long rows = images.rows() + images.absent();
            SeedTelling.tell(store, new SeedMark.Rows(of(order), rows));
            removeAgain();
            moved(order, "rows = rows + ?, told_table = ?, told_key = ?::json", statement -> {
                statement.setLong(1, rows);
                statement.setString(2, RepairedTable.name(table.table()));
                statement.setString(3, json(keys.getLast()));
            });
            boolean slow = System.nanoTime() - began > GATE_LIMIT.toNanos();
            rowsAtOnce.put(Key.of(order), slow ? Math.max(FEWEST_ROWS, most / 2) : Math.min(MOST_ROWS, most * 2));
        }

        private void takeGate(SeedOrder order) throws SQLException, RepairRefusedException {
            Epoch epoch = ShardGate.take(store, order.shard(), transactionLimit);
            if (!epoch.equals(order.epoch())) {
                throw new RepairRefusedException("shard " + order.shard() + " is OPEN here at epoch " + epoch
                        + ", and not open at epoch " + order.epoch() + ": it was moved meanwhile");
            }
        }

        private void removeAgain() throws SQLException {
            try (Statement statement = store.createStatement()) {
                statement.execute("delete from meridian.repair; delete from meridian.telling");
            }
        }

        private void failed(SeedOrder order, String reason) throws SQLException {
            LOG.warnf("shard is not told shard=%s seeding=%s problem=%s", order.shard(), order.id(), reason);
            write(order, "FAILED", 0, reason);
            store.commit();
        }

        private void write(SeedOrder order, String phase, long expected, String problem) throws SQLException {
            try (PreparedStatement upsert = store.prepareStatement("""
                    insert into meridian.seeding (id, shard, role, attempt, peer, epoch, phase, expected, problem, version)
                    values (?, ?, 'OWNER', ?, ?, ?, ?, ?, ?, nextval('meridian.seeding_version'))
                    on conflict (shard, role, id) do update set attempt = excluded.attempt, peer = excluded.peer, epoch = excluded.epoch,
                        phase = excluded.phase, rows = 0, expected = excluded.expected, told_table = null, told_key = null,
                        problem = excluded.problem, version = excluded.version, at = clock_timestamp()
                    """)) {
                upsert.setString(1, order.id());
                upsert.setInt(2, order.shard().number());
                upsert.setInt(3, order.attempt());
                upsert.setString(4, order.target().name());
                upsert.setLong(5, order.epoch().number());
                upsert.setString(6, phase);
                upsert.setLong(7, expected);
                upsert.setString(8, problem);
                upsert.execute();
            }
        }

        private interface Values {
            void set(PreparedStatement statement) throws SQLException;
        }

        private void moved(SeedOrder order, String what, Values values) throws SQLException {
            int parameters = (int) what.chars().filter(letter -> letter == '?').count();
            try (PreparedStatement update = store.prepareStatement("update meridian.seeding set " + what
                    + ", version = nextval('meridian.seeding_version'), at = clock_timestamp()"
                    + " where shard = ? and role = 'OWNER' and id = ? and attempt = ? and phase = 'TELLING'")) {
                values.set(update);
                update.setInt(parameters + 1, order.shard().number());
                update.setString(parameters + 2, order.id());
                update.setInt(parameters + 3, order.attempt());
                if (update.executeUpdate() != 1) {
                    throw new IllegalStateException("seeding " + order.id() + " of shard " + order.shard()
                            + " is not where it was left: another agent is at work");
                }
            }
        }

        /** By the statistics; a table that was never analyzed counts as empty. */
        private long expected() throws SQLException {
            long rows = 0;
            for (Topology.Table table : tables) {
                try (PreparedStatement query = store.prepareStatement("""
                        select (greatest(c.reltuples, 0) / (s.last_shard - s.first_shard + 1))::bigint
                        from pg_class c join pg_namespace n on n.oid = c.relnamespace, meridian.settings s
                        where n.nspname = ? and c.relname = ?
                        """)) {
                    query.setString(1, table.schema());
                    query.setString(2, table.name());
                    try (ResultSet row = query.executeQuery()) {
                        rows += row.next() ? row.getLong(1) : 0;
                    }
                }
            }
            return rows;
        }

        private Map<Key, Telling> rows() throws SQLException {
            Map<Key, Telling> rows = new HashMap<>();
            try (Statement statement = store.createStatement();
                    ResultSet row = statement.executeQuery("""
                            select id, shard, attempt, phase, rows, expected, told_table, told_key, problem
                            from meridian.seeding where role = 'OWNER'
                            """)) {
                while (row.next()) {
                    rows.put(
                            new Key(row.getString("id"), row.getInt("shard")),
                            new Telling(
                                    row.getInt("attempt"),
                                    row.getString("phase"),
                                    row.getLong("rows"),
                                    row.getLong("expected"),
                                    Optional.ofNullable(row.getString("told_table")),
                                    Optional.ofNullable(row.getString("told_key"))
                                            .map(SeedOwner::texts),
                                    row.getString("problem")));
                }
            }
            store.rollback(); // looking began a transaction
            return rows;
        }

        private void forget(Map<Key, Telling> rows, List<SeedOrder> orders) throws SQLException {
            var wanted = new HashSet<>(orders.stream().map(Key::of).toList());
            for (Key key : rows.keySet()) {
                if (!wanted.contains(key)) {
                    rowsAtOnce.remove(key);
                    try (PreparedStatement delete = store.prepareStatement(
                            "delete from meridian.seeding where shard = ? and role = 'OWNER' and id = ?")) {
                        delete.setInt(1, key.shard());
                        delete.setString(2, key.id());
                        delete.execute();
                    }
                    store.commit();
                }
            }
        }

        private void tell(List<SeedOrder> orders) throws SQLException {
            if (orders.isEmpty() && told.isEmpty()) {
                return;
            }
            Map<Key, Telling> rows = rows();
            List<SeedTold> all = new ArrayList<>();
            for (SeedOrder order : orders) {
                Telling row = rows.get(Key.of(order));
                if (row != null && row.attempt() == order.attempt()) {
                    all.add(new SeedTold(
                            order.id(),
                            order.attempt(),
                            order.shard(),
                            SeedTold.State.valueOf(row.phase()),
                            row.rows(),
                            row.expected(),
                            List.of(),
                            row.problem()));
                }
            }
            if (!all.equals(told)) {
                told = List.copyOf(all);
                news.run();
            }
        }

        private static SeedMark.Attempt of(SeedOrder order) {
            return new SeedMark.Attempt(order.id(), order.attempt(), order.shard(), order.target());
        }
    }

    private static String json(List<String> texts) {
        try {
            return JSON.writeValueAsString(texts);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts that are no JSON", e);
        }
    }

    private static List<String> texts(String json) {
        try {
            return JSON.readValue(json, TEXTS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("meridian.seeding holds a key that is no list of texts", e);
        }
    }
}
