package io.meridian.agent.fence;

import io.meridian.topology.ShardId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/**
 * Small transactions over many shards: 32 at a time, on a few connections side by side, each under its shards' gates.
 *
 * <p>A batch takes the gates that are free and writes those shards at once. The busy ones follow one by one, each waiting for its writers: so one slow
 * writer holds up its own shard and not 31 others, and no gate is held while another is waited for. (Waiting with gates in hand met writers of
 * several shards in a deadlock that only lock_timeout ended: closing 8 shards took 315 ms at the median instead of 25.) A single wait blocks
 * writers that come later, so it ends with the transactions that are running; lock_timeout bounds it, and it is tried again within the patience.
 */
final class FenceBatches<T> implements AutoCloseable {
    static final int SHARDS_PER_TRANSACTION = 32;
    static final int CONNECTIONS = 4;
    private static final Set<String> BUSY = Set.of("55P03", "40P01", "40001");

    private final DataSource store;
    private final Function<T, ShardId> shard;
    private final ExecutorService workers;

    FenceBatches(String name, DataSource store, Function<T, ShardId> shard) {
        this.store = store;
        this.shard = shard;
        this.workers = Executors.newFixedThreadPool(
                CONNECTIONS, Thread.ofPlatform().daemon().name(name + "-", 0).factory());
    }

    /** Writes {@code items} in a transaction that holds their gates and is committed afterwards. */
    interface Work<T, R> {
        Collection<R> write(Connection transaction, List<T> items) throws SQLException;
    }

    /** @param busy items that met a lock for all of the patience; nothing was changed for them */
    record Written<T, R>(List<R> results, List<T> busy) {}

    /** @param retry what to try next, in transactions of these */
    private record Attempt<T, R>(Collection<R> results, List<List<T>> retry) {}

    /** @throws SQLException the store failed; what was written before it stays written */
    <R> Written<T, R> write(Collection<T> items, Duration patience, Work<T, R> work)
            throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        List<R> results = new ArrayList<>();
        List<List<T>> pending =
                batches(items.stream().sorted(Comparator.comparing(shard)).toList());
        do {
            List<Future<Attempt<T, R>>> attempts = pending.stream()
                    .map(batch -> workers.submit(() -> attempt(batch, work)))
                    .toList();
            List<List<T>> retry = new ArrayList<>();
            for (Future<Attempt<T, R>> attempt : attempts) {
                Attempt<T, R> ended = result(attempt);
                results.addAll(ended.results());
                retry.addAll(ended.retry());
            }
            pending = retry;
        } while (!pending.isEmpty() && System.nanoTime() - deadline < 0);
        return new Written<>(results, pending.stream().flatMap(List::stream).toList());
    }

    private static <A> A result(Future<A> attempt) throws SQLException, InterruptedException {
        try {
            return attempt.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private <R> Attempt<T, R> attempt(List<T> batch, Work<T, R> work) throws SQLException {
        try (Connection transaction = store.getConnection()) {
            transaction.setAutoCommit(false);
            try {
                Set<Integer> free = takeGates(transaction, batch);
                List<T> admitted = batch.stream()
                        .filter(item -> free.contains(shard.apply(item).number()))
                        .toList();
                Collection<R> results = admitted.isEmpty() ? List.of() : work.write(transaction, admitted);
                transaction.commit();
                List<List<T>> busy = batch.stream()
                        .filter(item -> !free.contains(shard.apply(item).number()))
                        .map(List::of)
                        .toList();
                return new Attempt<>(results, busy);
            } catch (SQLException e) {
                transaction.rollback();
                if (e.getSQLState() != null && BUSY.contains(e.getSQLState())) {
                    return new Attempt<>(List.of(), batch.stream().map(List::of).toList());
                }
                throw e;
            }
        }
    }

    /** The gates are a statement of their own: what follows sees everything that their last holders committed. */
    private Set<Integer> takeGates(Connection transaction, List<T> batch) throws SQLException {
        String take = batch.size() == 1
                ? "select shard from unnest(?) shard, pg_advisory_xact_lock(20011, shard)"
                : "select shard from unnest(?) shard where pg_try_advisory_xact_lock(20011, shard)";
        try (PreparedStatement gates = transaction.prepareStatement(take)) {
            gates.setArray(
                    1,
                    transaction.createArrayOf(
                            "int4",
                            batch.stream()
                                    .map(item -> shard.apply(item).number())
                                    .toArray()));
            Set<Integer> taken = new HashSet<>();
            try (ResultSet row = gates.executeQuery()) {
                while (row.next()) {
                    taken.add(row.getInt(1));
                }
            }
            return taken;
        }
    }

    private static <T> List<List<T>> batches(List<T> items) {
        return IntStream.range(0, (items.size() + SHARDS_PER_TRANSACTION - 1) / SHARDS_PER_TRANSACTION)
                .mapToObj(batch -> items.subList(
                        batch * SHARDS_PER_TRANSACTION, Math.min(items.size(), (batch + 1) * SHARDS_PER_TRANSACTION)))
                .toList();
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
