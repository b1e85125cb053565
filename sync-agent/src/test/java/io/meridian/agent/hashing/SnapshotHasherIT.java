package io.meridian.agent.hashing;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.TestStore;
import io.meridian.agent.stream.Awaiting;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Hashes of a store that does not always let a snapshot be taken. */
class SnapshotHasherIT {
    private static TestStore store;
    private final AtomicInteger failures = new AtomicInteger();
    private final TakenHashes taken = new TakenHashes();
    private final SnapshotHasher hasher = new SnapshotHasher(failing(), () -> TestStore.TABLES, taken, () -> {});

    @BeforeAll
    static void start() throws Exception {
        store = TestStore.installed();
        store.superuser("""
                update meridian.fence set epoch = 2, owned_epoch = 1, closes = null where shard in (5, 6);
                insert into meridian.head values (7, 1, 'west', 'w', '0/10', true);
                """);
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    @AfterEach
    void close() {
        hasher.close();
    }

    @Test
    void aHashThatFailedIsTakenWhenItIsAskedForAgainAndThenNoMore() {
        var closed = List.of(new SnapshotHasher.Closed("mv-1", ShardId.of(5), Epoch.of(1)));
        failures.set(1);

        hasher.before(closed);
        awaitHashes(1);
        hasher.before(closed);
        awaitHashes(2);
        hasher.before(closed);
        hasher.before(List.of(new SnapshotHasher.Closed("mv-1", ShardId.of(6), Epoch.of(1))));
        awaitHashes(3);

        assertThat(hashes().get(0).problem()).contains("no snapshot: the store is busy");
        assertThat(hashes().get(1)).satisfies(hash -> {
            assertThat(hash.shard()).isEqualTo(ShardId.of(5));
            assertThat(hash.problem()).isEmpty();
            assertThat(hash.hash()).isNotEmpty();
        });
        assertThat(hashes().get(2).shard())
                .as("what was taken is not taken again")
                .isEqualTo(ShardId.of(6));
    }

    @Test
    void soIsOneOfWhatABaseLeft() {
        var base = new Base.At(RegionId.of("west"), Epoch.of(1), new Position("w", 16, 0));
        var reached = List.of(new SnapshotHasher.Reached("mv-1", ShardId.of(7), base));
        failures.set(1);

        hasher.after(reached);
        awaitHashes(1);
        hasher.after(reached);
        awaitHashes(2);

        assertThat(hashes().get(0).problem()).isNotEmpty();
        assertThat(hashes().get(1).problem()).isEmpty();
    }

    private List<HashTaken> hashes() {
        return taken.since(0, 0).hashes();
    }

    private void awaitHashes(int count) {
        Awaiting.await(count + " hashes", 20, () -> hashes().size() == count, this::hashes);
    }

    /** The store, but for so many times as {@link #failures} says. */
    private DataSource failing() {
        var real = new PGSimpleDataSource();
        real.setUrl(store.url());
        real.setUser("meridian_agent");
        real.setPassword(store.password());
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (_, method, arguments) -> {
                    if (failures.getAndDecrement() > 0) {
                        throw new SQLException("the store is busy");
                    }
                    return method.invoke(real, arguments);
                });
    }
}
