package io.meridian.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.TestStore;
import io.meridian.topology.ShardFunction;
import io.meridian.topology.ShardId;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two stores with the same rows, of which some are then changed in one. */
class RowHasherIT {
    private static final ShardFunction FUNCTION = new ShardFunction(TestStore.SHARDS);
    private static final ShardId SHARD = ShardId.of(5);

    private static TestStore one;
    private static TestStore other;

    @BeforeAll
    static void start() throws Exception {
        one = TestStore.installed();
        other = TestStore.installed();
    }

    @AfterAll
    static void stop() {
        one.close();
        other.close();
    }

    @BeforeEach
    void sameRows() throws Exception {
        List<String> users = IntStream.range(0, 100_000)
                .mapToObj(number -> "user" + number)
                .filter(user -> FUNCTION.shardOf(user).equals(SHARD))
                .limit(300)
                .toList();
        for (TestStore store : List.of(one, other)) {
            store.superuser(
                    "set session_replication_role = replica; delete from ledger.accounts; delete from ledger.entries");
            store.superuser(
                    "set session_replication_role = replica; insert into ledger.accounts select user_key, 'main', 1 from unnest('{"
                            + String.join(",", users) + "}'::text[]) user_key");
        }
    }

    @Test
    void equalCopiesHashEqually() throws Exception {
        assertThat(differing(buckets(one), buckets(other))).isEmpty();
        assertThat(rows(one, all())).hasSize(300).isEqualTo(rows(other, all()));
    }

    @Test
    void rowsThatDifferAreFoundAndNoOthers() throws Exception {
        List<RowHash> before = rows(one, all());
        String changed = user(before.get(0));
        String gone = user(before.get(1));
        damage("update ledger.accounts set balance = 2 where user_key = '" + changed + "'");
        damage("delete from ledger.accounts where user_key = '" + gone + "'");
        damage("insert into ledger.entries values ('" + changed + "', 7, 1, null)");

        Set<Integer> differing = differing(buckets(one), buckets(other));

        assertThat(differing).hasSizeBetween(1, 3);
        Set<RowHash> here = new HashSet<>(rows(one, differing));
        Set<RowHash> there = new HashSet<>(rows(other, differing));
        Set<RowHash> onlyHere = new HashSet<>(here);
        onlyHere.removeAll(there);
        Set<RowHash> onlyThere = new HashSet<>(there);
        onlyThere.removeAll(here);
        assertThat(onlyHere).extracting(RowHasherIT::user).containsExactlyInAnyOrder(changed, gone);
        assertThat(onlyThere)
                .extracting(row -> row.table() + row.key())
                .containsExactlyInAnyOrder(
                        "ledger.accounts" + before.get(0).key(),
                        "ledger.entries{\"id\":\"7\",\"user_key\":\"" + changed + "\"}");
    }

    @Test
    void aRowWhoseKeyFitsIntoNoReportIsLeftOutAndItsBucketDiffersAllTheSame() throws Exception {
        String user = user(rows(one, all()).getFirst());
        damage("insert into ledger.accounts values ('" + user + "', repeat('x', 2000), 1)");

        Set<Integer> differing = differing(buckets(one), buckets(other));

        assertThat(differing).hasSize(1);
        assertThat(rows(other, differing)).isEqualTo(rows(one, differing));
    }

    @Test
    void aShardWithoutRowsHasEmptyBuckets() throws Exception {
        try (Connection snapshot = snapshot(one)) {
            byte[] buckets = RowHasher.buckets(snapshot, TestStore.TABLES, List.of(ShardId.of(6)))
                    .get(ShardId.of(6));
            assertThat(buckets).hasSize(RowHasher.BUCKETS * 8).containsOnly(0);
        }
    }

    private static void damage(String sql) throws Exception {
        other.superuser("set session_replication_role = replica; " + sql);
    }

    private static Set<Integer> all() {
        return Set.copyOf(IntStream.range(0, RowHasher.BUCKETS).boxed().toList());
    }

    private static byte[] buckets(TestStore store) throws Exception {
        try (Connection snapshot = snapshot(store)) {
            return RowHasher.buckets(snapshot, TestStore.TABLES, List.of(SHARD)).getOrDefault(SHARD, new byte[0]);
        }
    }

    private static List<RowHash> rows(TestStore store, Set<Integer> buckets) throws Exception {
        try (Connection snapshot = snapshot(store)) {
            return RowHasher.rows(snapshot, TestStore.TABLES, Map.of(SHARD, buckets))
                    .getOrDefault(SHARD, List.of());
        }
    }

    private static Connection snapshot(TestStore store) throws Exception {
        Connection snapshot = store.agent();
        snapshot.setAutoCommit(false);
        return snapshot;
    }

    private static Set<Integer> differing(byte[] one, byte[] other) {
        Set<Integer> differing = new HashSet<>();
        for (int bucket = 0; bucket < RowHasher.BUCKETS; bucket++) {
            if (ByteBuffer.wrap(one).getLong(bucket * 8)
                    != ByteBuffer.wrap(other).getLong(bucket * 8)) {
                differing.add(bucket);
            }
        }
        return differing;
    }

    private static String user(RowHash row) {
        return row.key().replaceAll(".*\"user_key\":\"([^\"]*)\".*", "$1");
    }
}
