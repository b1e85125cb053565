package io.meridian.agent.fence;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.meridian.agent.StoreConnections;
import io.meridian.agent.TestStore;
import io.meridian.agent.server.StoreStanding;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FenceWriterIT {
    private static final RegionId EAST = RegionId.of("east");
    private static final RegionId WEST = RegionId.of("west");
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static TestStore store;
    private static HikariDataSource pool;
    private static FenceWriter fences;

    @BeforeAll
    static void start() throws Exception {
        store = TestStore.installed();
        pool = new StoreConnections(store.url(), "meridian_agent", store.password()).pool("fence", 8);
        fences = new FenceWriter(EAST, pool, StoreStanding.ANY);
    }

    @AfterAll
    static void stop() {
        fences.close();
        pool.close();
        store.close();
    }

    @Test
    void opensAndClosesManyShardsAndAgainChangesNothing() throws Exception {
        List<Ownership.Grant> grants =
                IntStream.range(0, 40).mapToObj(shard -> grant(shard, 1)).toList();
        List<FencePlan.Close> closings =
                IntStream.range(0, 40).mapToObj(shard -> close(shard, 1, 2)).toList();

        assertThat(fences.open(grants, 1, PATIENCE).written()).hasSize(40);
        assertThat(fences.close(closings, PATIENCE).written()).hasSize(40);
        assertThat(fences.close(closings, PATIENCE).written()).isEmpty();
        assertThat(fences.open(grants, 1, PATIENCE).written()).isEmpty();

        assertThat(row(7))
                .isEqualTo(new FenceRow(
                        ShardId.of(7),
                        Epoch.of(2),
                        FenceState.CLOSED,
                        Epoch.of(1),
                        java.util.Optional.empty(),
                        java.util.Optional.empty()));
        assertThat(store.ask("select closes || ' ' || run from meridian.fence where shard = 7"))
                .isEqualTo("1 mv-1");
    }

    @Test
    void aRaisedRowKeepsWhatItOwnedAndIsNoClose() throws Exception {
        fences.open(List.of(grant(50, 1)), 1, PATIENCE);
        fences.close(List.of(close(50, 1, 2)), PATIENCE);

        fences.raise(List.of(new FencePlan.Raise(ShardId.of(50), Epoch.of(4))), PATIENCE);

        assertThat(
                        store.ask(
                                "select concat_ws(' ', epoch, state, owned_epoch, closes) from meridian.fence where shard = 50"))
                .isEqualTo("4 CLOSED 1");
    }

    @Test
    void aShardThatIsNotReadyHoldsUpNoOther() throws Exception {
        Base base = new Base.At(WEST, Epoch.of(1), new Position("west-1", 0x16B3748, 0));
        List<Ownership.Grant> grants = new ArrayList<>();
        for (int shard = 51; shard < 54; shard++) {
            grants.add(new Ownership.Grant(ShardId.of(shard), Epoch.of(3), EAST, base));
        }
        store.superuser("""
                insert into meridian.head values (51, 1, 'west', 'west-1', '0/16B3748', true);
                insert into meridian.head values (53, 1, 'west', 'west-1', '0/16B3748', false);
                """);

        FenceWriter.Opened opened = fences.open(grants, 1, PATIENCE);

        assertThat(opened.written()).containsExactly(grants.getFirst());
        assertThat(opened.waiting().get(ShardId.of(52)))
                .startsWith("its base is not in: west epoch 1 at 0/16B3748@west-1");
        assertThat(opened.waiting().get(ShardId.of(53))).startsWith("its base is not in");
        assertThat(
                        store.ask(
                                "select concat_ws(' ', base_region, base_incarnation, base_epoch, base_position) from meridian.fence where shard = 51"))
                .isEqualTo("west west-1 1 0/16B3748");
    }

    @Test
    void onACutAShardOpensOnceNothingComesBehindItAndItsWritesAreNoted() throws Exception {
        Base base = new Base.At(WEST, Epoch.of(1), new Position("west-1", 0x16B3748, 0));
        ShardId shard = ShardId.of(63);
        List<Ownership.Grant> grants = List.of(new Ownership.Grant(shard, Epoch.of(3), EAST, base));
        store.superuser("""
                insert into meridian.head (shard, epoch, region, incarnation, position, closed, frozen_run, frozen_attempt, frozen_epoch, cut_epoch, cut_position)
                values (63, 1, 'west', 'west-1', '0/16B3748', false, 'fo-1', 1, 1, 1, '0/16B3749');
                """);

        assertThat(fences.open(grants, 1, Set.of(shard), PATIENCE).waiting().get(shard))
                .startsWith("its base is not in as a cut");
        store.superuser("update meridian.head set cut_position = '0/16B3748' where shard = 63");
        store.superuser("delete from meridian.unclean");
        assertThat(fences.open(grants, 1, PATIENCE).waiting().get(shard)).startsWith("its base is a cut at");
        assertThat(fences.open(grants, 1, Set.of(shard), PATIENCE).written()).isEqualTo(grants);

        assertThat(
                        store.ask(
                                "select u.epoch || ' ' || l.unclean from meridian.unclean u, meridian.lease l where shard = 63"))
                .isEqualTo("3 true");
        assertThat(
                        store.ask(
                                "select concat_ws(' ', epoch, region, base_region, base_incarnation, base_epoch, base_position) from meridian.lineage where shard = 63"))
                .isEqualTo("3 east west west-1 1 0/16B3748");
    }

    @Test
    void knowledgeOlderThanTheLeaseOpensNothing() throws Exception {
        store.superuser("update meridian.lease set grants_revision = 9");
        try {
            assertThat(fences.open(List.of(grant(55, 1)), 8, PATIENCE).waiting().get(ShardId.of(55)))
                    .isEqualTo("known revision 8 is older than the lease's 9");
            assertThat(fences.open(List.of(grant(55, 1)), 9, PATIENCE).written())
                    .containsExactly(grant(55, 1));
        } finally {
            store.superuser("update meridian.lease set grants_revision = 0");
        }
    }

    @Test
    void anOpeningWaitsForARenewalThatPresupposesMore() throws Exception {
        try (Connection renewal = store.agent();
                Statement statement = renewal.createStatement()) {
            renewal.setAutoCommit(false);
            statement.execute("update meridian.lease set grants_revision = 5 where id = 1");
            CompletableFuture<FenceWriter.Opened> opening = CompletableFuture.supplyAsync(() -> {
                try {
                    return fences.open(List.of(grant(56, 1)), 4, PATIENCE);
                } catch (SQLException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            while (store.ask("select count(*) from pg_stat_activity where wait_event_type = 'Lock'")
                    .equals("0")) {
                Thread.onSpinWait();
            }
            renewal.commit();

            assertThat(opening.get().waiting().get(ShardId.of(56)))
                    .isEqualTo("known revision 4 is older than the lease's 5");
        } finally {
            store.superuser("update meridian.lease set grants_revision = 0");
        }
    }

    @Test
    void oneSlowWriterHoldsUpItsOwnShardOnly() throws Exception {
        List<Ownership.Grant> grants =
                IntStream.range(57, 62).mapToObj(shard -> grant(shard, 1)).toList();
        fences.open(grants, 1, PATIENCE);
        try (Connection writer = store.application();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("select pg_advisory_xact_lock_shared(20011, 59)");

            FenceWriter.Outcome<FencePlan.Close> outcome = fences.close(
                    IntStream.range(57, 62)
                            .mapToObj(shard -> close(shard, 1, 2))
                            .toList(),
                    Duration.ofMillis(700));

            assertThat(outcome.busy()).containsExactly(ShardId.of(59));
            assertThat(outcome.written()).hasSize(4);
            assertThat(row(59).open()).isTrue();
        }
        assertThat(fences.close(List.of(close(59, 1, 2)), PATIENCE).written()).containsExactly(close(59, 1, 2));
    }

    private static FenceRow row(int shard) throws SQLException {
        try (Connection connection = store.agent()) {
            Map<ShardId, FenceRow> rows = FenceTable.of(connection, List.of(ShardId.of(shard)));
            FenceRow row = rows.get(ShardId.of(shard));
            if (row == null) {
                throw new AssertionError("no row of shard " + shard);
            }
            return row;
        }
    }

    private static Ownership.Grant grant(int shard, long epoch) {
        return new Ownership.Grant(ShardId.of(shard), Epoch.of(epoch), EAST, new Base.None());
    }

    private static FencePlan.Close close(int shard, long closes, long epoch) {
        return new FencePlan.Close(ShardId.of(shard), Epoch.of(closes), Epoch.of(epoch), "mv-1");
    }
}
