package io.meridian.bench.sync;

import io.meridian.bench.BenchFailedException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Debezium's engine, a JSON text per change, an upsert per change: what one writes in an afternoon. */
public final class NaiveWay implements Way {
    private static final long START_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(120);

    private final NativeWay.Stores stores;
    private final Worker worker;

    public NaiveWay(NativeWay.Stores stores) throws IOException, SQLException {
        this.stores = stores;
        stores.source().superuser("create publication naive for table ledger.entries");
        stores.source().superuser("select pg_create_logical_replication_slot('naive', 'pgoutput')");
        worker = new Worker(
                EngineWorker.class,
                List.of(
                        Integer.toString(stores.source().port()),
                        stores.source().superuserPassword(),
                        stores.target().url(),
                        stores.target().superuserPassword()));
        long end = System.nanoTime() + START_LIMIT_NANOS;
        while (stores.source()
                .ask("select active from pg_replication_slots where slot_name = 'naive'")
                .equals("f")) {
            if (System.nanoTime() > end) {
                throw new BenchFailedException("Debezium's engine does not run: " + worker.problem());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    @Override
    public String name() {
        return "engine-json-jdbc";
    }

    @Override
    public Store source() {
        return stores.source();
    }

    @Override
    public Store target() {
        return stores.target();
    }

    @Override
    public void pause() throws IOException, InterruptedException {
        worker.freeze();
    }

    @Override
    public void resume() throws IOException, InterruptedException {
        worker.thaw();
    }

    @Override
    public Use use() throws IOException {
        return worker.use();
    }

    @Override
    public void close() {
        worker.close();
    }
}
