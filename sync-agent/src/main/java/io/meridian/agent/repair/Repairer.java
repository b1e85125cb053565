package io.meridian.agent.repair;

import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Epoch;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells rows of a shard that this store owns once more, a hundred at a time. Each hundred is a transaction under the shard's exclusive gate: no writer is
 * within, so what is read is what holds at that place of the stream, and whoever applies it there has these rows as their owner has them, whatever was
 * there before. It is judged as a write of the application would be: open here, in the order's epoch, under a lease that holds.
 *
 * @see "PROTOCOL 1 and 4"
 */
public final class Repairer {
    private static final int ROWS_AT_ONCE = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(50);
    /** No such table or function, or no right to it. */
    private static final Set<String> NOT_INSTALLED = Set.of("42P01", "42883", "42501");

    private final Connection store;
    private final Duration transactionLimit;
    private final List<Topology.Table> tables;

    /** @param tables all of the topology's */
    public Repairer(Connection store, Duration transactionLimit, List<Topology.Table> tables) {
        this.store = store;
        this.transactionLimit = transactionLimit;
        this.tables = tables;
    }

    private static final class Tally {
        private long rows;
        private long absent;

        RepairDone done(RepairOrder order, String problem) {
            return new RepairDone(order.id(), order.shard(), rows, absent, problem);
        }
    }

    /** @throws SQLException the store failed: to be asked again, since telling a row twice changes nothing */
    public RepairDone repair(RepairOrder order) throws SQLException, InterruptedException {
        var tally = new Tally();
        store.setAutoCommit(false);
        store.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        try {
            underGate(order, () -> {}); // A shard of which nothing is to be told may have been moved, too.
            for (var ofTable : keys(order).entrySet()) {
                List<List<String>> keys = ofTable.getValue();
                for (int from = 0; from < keys.size(); from += ROWS_AT_ONCE) {
                    List<List<String>> some = keys.subList(from, Math.min(keys.size(), from + ROWS_AT_ONCE));
                    long began = System.nanoTime();
                    underGate(order, () -> tell(order, ofTable.getKey(), some, tally));
                    Thread.sleep(Duration.ofNanos(System.nanoTime() - began)); // Half of the time is the writers'.
                }
            }
            return tally.done(order, "");
        } catch (RepairRefusedException e) {
            return tally.done(order, e.reason());
        } catch (SQLException e) {
            if (ShardGate.refused(e)) {
                return tally.done(order, String.valueOf(e.getMessage()));
            }
            if (NOT_INSTALLED.contains(String.valueOf(e.getSQLState()))) {
                return tally.done(
                        order,
                        "this store lacks what a repair needs: install this agent's version there (agent install --apply): "
                                + e.getMessage());
            }
            throw e;
        } finally {
            if (!store.isClosed()) {
                store.rollback();
            }
        }
    }

    /** Keys as values, by table. */
    private Map<RepairedTable, List<List<String>>> keys(RepairOrder order) throws SQLException, RepairRefusedException {
        Map<RepairedTable, List<List<String>>> keys = new LinkedHashMap<>();
        if (order.keys().isEmpty()) {
            for (Topology.Table table : tables) {
                boolean wanted = order.tables().isEmpty() || order.tables().contains(RepairedTable.name(table));
                if (wanted && table.sharded()) {
                    RepairedTable repaired = RepairedTable.of(store, table);
                    keys.put(repaired, keysHere(repaired, order));
                }
            }
        } else {
            Map<String, RepairedTable> known = new LinkedHashMap<>();
            for (RepairOrder.Key key : order.keys()) {
                RepairedTable table = known.get(key.table());
                if (table == null) {
                    table = RepairedTable.of(store, sharded(key.table()));
                    known.put(key.table(), table);
                }
                keys.computeIfAbsent(table, _ -> new ArrayList<>()).add(table.values(key.key()));
            }
        }
        store.rollback();
        return keys;
    }

    private Topology.Table sharded(String name) throws RepairRefusedException {
        return tables.stream()
                .filter(table -> table.sharded() && RepairedTable.name(table).equals(name))
                .findFirst()
                .orElseThrow(() -> new RepairRefusedException(name + " is no sharded table of the topology"));
    }

    private List<List<String>> keysHere(RepairedTable table, RepairOrder order) throws SQLException {
        try (PreparedStatement query = store.prepareStatement(table.keysOfShard())) {
            query.setFetchSize(10_000);
            query.setInt(1, order.shard().number());
            List<List<String>> keys = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    List<String> key = new ArrayList<>();
                    for (int column = 1; column <= table.key().size(); column++) {
                        key.add(row.getString(column));
                    }
                    keys.add(key);
                }
            }
            return keys;
        }
    }

    /** Within the gate, in a transaction that is committed afterwards. */
    @FunctionalInterface
    private interface Step {
        void run() throws SQLException, RepairRefusedException;
    }

    private void underGate(RepairOrder order, Step step)
            throws SQLException, InterruptedException, RepairRefusedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                takeGate(order);
                step.run();
                store.commit();
                return;
            } catch (SQLException e) {
                store.rollback();
                if (!ShardGate.busy(e)) {
                    throw e;
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new RepairRefusedException("shard " + order.shard() + " was busy for " + PATIENCE.toSeconds()
                            + " s: " + e.getMessage());
                }
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }

    private void tell(RepairOrder order, RepairedTable table, List<List<String>> keys, Tally tally)
            throws SQLException, RepairRefusedException {
        RepairedTable.Told told = table.tell(store, order.shard(), keys);
        tally.rows += told.rows();
        tally.absent += told.absent();
        removeAgain();
    }

    private void takeGate(RepairOrder order) throws SQLException, RepairRefusedException {
        Epoch epoch = ShardGate.take(store, order.shard(), transactionLimit);
        if (!epoch.equals(order.epoch())) {
            throw new RepairRefusedException("shard " + order.shard() + " is OPEN here at epoch " + epoch
                    + ", and not open at epoch " + order.epoch() + ": it was moved meanwhile; ask again");
        }
    }

    private void removeAgain() throws SQLException {
        try (Statement statement = store.createStatement()) {
            statement.execute("delete from meridian.repair");
        }
    }
}
