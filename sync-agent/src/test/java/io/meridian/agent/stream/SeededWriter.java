package io.meridian.agent.stream;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * An application that writes on through whatever happens to its store, and remembers what was acknowledged. Each transaction inserts three entries and
 * counts them up in their accounts, so that a row that is lost, doubled or half there shows.
 */
final class SeededWriter implements Callable<SeededWriter.Written> {
    /** @param acknowledged ids of entries @param unknown those whose commit was not answered: each is there or not */
    record Written(Set<Long> acknowledged, Set<Long> unknown) {}

    private static final int ROWS = 3;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
    private static final long AWAY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final TestRegion region;
    private final List<String> keys;
    private final AtomicBoolean writing;
    private final Set<Long> acknowledged = new TreeSet<>();
    private final Set<Long> unknown = new TreeSet<>();
    private long next;

    /** @param firstId ids of one writer begin here */
    SeededWriter(TestRegion region, int firstShard, long firstId, AtomicBoolean writing) {
        this.region = region;
        this.keys = IntStream.range(0, 8)
                .mapToObj(shard -> DataPathIT.keyOf(firstShard + shard, firstShard + shard + 1, "chaos"))
                .toList();
        this.next = firstId;
        this.writing = writing;
    }

    @Override
    public Written call() {
        while (writing.get()) {
            try (Connection application = region.store.application();
                    var account = application.prepareStatement(
                            "insert into ledger.accounts values (?, 'main', 1) on conflict (user_key, account) do update set balance = accounts.balance + 1");
                    var entry = application.prepareStatement("insert into ledger.entries values (?, ?, 1, 'x')")) {
                application.setAutoCommit(false);
                while (writing.get()) {
                    write(application, account, entry);
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            } catch (SQLException e) {
                LockSupport.parkNanos(AWAY_NANOS); // its store is away
            }
        }
        return new Written(acknowledged, unknown);
    }

    private void write(Connection application, PreparedStatement account, PreparedStatement entry) throws SQLException {
        List<Long> ids = IntStream.range(0, ROWS).mapToObj(_ -> next++).toList();
        for (Long id : ids) {
            String key = keys.get((int) (id % keys.size()));
            account.setString(1, key);
            account.execute();
            entry.setString(1, key);
            entry.setLong(2, id);
            entry.execute();
        }
        unknown.addAll(ids);
        application.commit();
        unknown.removeAll(ids);
        acknowledged.addAll(ids);
    }
}
