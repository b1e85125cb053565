package io.meridian.bench.sync;

import java.sql.SQLException;

/** PostgreSQL's own logical replication, as it comes: a publication, and one subscription to it. */
public final class NativeWay implements Way {
    private final Store source;
    private final Store target;

    /** Outlive a way: the next one goes on with the same. */
    public record Stores(Store source, Store target) implements AutoCloseable {
        public static Stores plain() throws Exception {
            Store source = Store.plain();
            try {
                return new Stores(source, Store.plain());
            } catch (Exception e) {
                source.close();
                throw e;
            }
        }

        @Override
        public void close() {
            source.close();
            target.close();
        }
    }

    public NativeWay(Stores stores) throws SQLException {
        this.source = stores.source();
        this.target = stores.target();
        source.superuser("create publication native for table ledger.entries");
        target.superuser(
                "create subscription native connection 'host=127.0.0.1 port=%d dbname=ledger user=postgres password=%s' publication native with (copy_data = false)"
                        .formatted(source.port(), source.superuserPassword()));
    }

    @Override
    public String name() {
        return "native";
    }

    @Override
    public Store source() {
        return source;
    }

    @Override
    public Store target() {
        return target;
    }

    @Override
    public void pause() throws SQLException {
        target.superuser("alter subscription native disable");
    }

    @Override
    public void resume() throws SQLException {
        target.superuser("alter subscription native enable");
    }

    @Override
    public Use use() {
        return new Use(0, 0);
    }

    @Override
    public void close() {
        try {
            target.superuser("drop subscription native");
            source.superuser("drop publication native");
        } catch (SQLException e) {
            throw new IllegalStateException("the native subscription could not be taken away", e);
        }
    }
}
