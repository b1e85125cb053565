package io.meridian.agent.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.agent.record.Entry;
import io.meridian.agent.record.Marker;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.record.Value;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardFunction;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TransactionGrouperTest {
    private static final String INCARNATION = "1.1.0-1.t";
    private static final ShardFunction SHARDS = new ShardFunction(64);
    private static final Relation ACCOUNTS = new Relation(
            "ledger",
            "accounts",
            List.of(new Relation.Column("user_key", true), new Relation.Column("balance", false)));
    private static final Relation FENCE = new Relation(
            "meridian",
            "fence",
            List.of(
                    new Relation.Column("shard", true),
                    new Relation.Column("epoch", false),
                    new Relation.Column("state", false),
                    new Relation.Column("closes", false),
                    new Relation.Column("base_region", false),
                    new Relation.Column("base_incarnation", false),
                    new Relation.Column("base_epoch", false),
                    new Relation.Column("base_position", false)));
    private static final Relation HEARTBEAT = new Relation(
            "meridian", "heartbeat", List.of(new Relation.Column("id", true), new Relation.Column("at", false)));

    private final TransactionGrouper grouper = new TransactionGrouper(
            RegionId.of("east"),
            INCARNATION,
            4,
            SHARDS,
            List.of(new Topology.Table("ledger", "accounts", "user_key", "main")));
    private final StreamState state = new StreamState(Map.of(), Map.of());
    private long lsn = 100;

    @Test
    void aTransactionBecomesOneRecordPerPartitionEachNamingItsPredecessor() {
        openAll();
        GroupedTransaction first = group(insert(0), insert(4), insert(1));
        GroupedTransaction second = group(insert(1));

        assertThat(first.records()).extracting(SourceRecord::partition).containsExactly(0, 1);
        assertThat(first.records()).allSatisfy(record -> {
            assertThat(record.partitions()).containsExactly(0, 1);
            assertThat(record.position()).isEqualTo(first.position());
        });
        assertThat(first.records().get(0).entries()).hasSize(2);
        assertThat(second.records().getFirst().predecessor()).contains(first.position());
        assertThat(second.records().getFirst().epochs()).isEqualTo(Map.of(ShardId.of(1), Epoch.of(1)));
    }

    @Test
    void epochsAreThoseOfTheStreamAndNotOfTheFenceTableNow() {
        openAll();
        group(close(7, 1, 2));
        group(open(7, 3, "west"));
        GroupedTransaction write = group(insert(7));

        assertThat(write.records().getFirst().epochs()).containsEntry(ShardId.of(7), Epoch.of(3));
    }

    @Test
    void anOpeningAndAClosingAreMarkersAndARaiseIsNothing() {
        group(raise(7, 2));
        GroupedTransaction opened = group(open(7, 3, "west"));
        GroupedTransaction closed = group(close(7, 3, 4));
        GroupedTransaction raised = group(raise(7, 6));

        assertThat(opened.markers())
                .containsExactly(new Marker.Open(
                        ShardId.of(7),
                        Epoch.of(3),
                        new Base.At(RegionId.of("west"), Epoch.of(1), new Position("w", 0x1_0000_00AAL, 0))));
        assertThat(closed.markers()).containsExactly(new Marker.Close(ShardId.of(7), Epoch.of(3), Epoch.of(4)));
        assertThat(closed.records().getFirst().epochs()).containsEntry(ShardId.of(7), Epoch.of(3));
        assertThat(raised.records()).isEmpty();
        assertThat(raised.markers()).isEmpty();
    }

    @Test
    void aWriteInAClosedOrUnknownEpochStopsTheStream() {
        assertThatThrownBy(() -> group(insert(7)))
                .isInstanceOf(StreamStoppedException.class)
                .hasMessageContaining("shard 7")
                .hasMessageContaining("no open fence");
        openAll();
        group(close(7, 1, 2));

        assertThatThrownBy(() -> group(insert(7))).isInstanceOf(StreamStoppedException.class);
    }

    @Test
    void aFenceThatSkipsItsCloseStopsTheStream() {
        openAll();

        assertThatThrownBy(() -> group(open(7, 5, "west"))).isInstanceOf(StreamStoppedException.class);
        assertThatThrownBy(() -> group(raise(7, 4))).isInstanceOf(StreamStoppedException.class);
        assertThatThrownBy(() -> group(close(7, 3, 4))).isInstanceOf(StreamStoppedException.class);
    }

    @Test
    void aRowThatChangesItsShardLeavesOneAndEntersTheOther() {
        openAll();
        String from = key(3);
        String to = key(6);

        GroupedTransaction moved = group(new SourceChange.Updated(
                ACCOUNTS, Optional.of(List.of(Value.of(from), Value.UNCHANGED)), List.of(Value.of(to), Value.of("5"))));

        assertThat(moved.records()).hasSize(2);
        assertThat(moved.records().get(0).entries())
                .containsExactly(new RowChange.Insert(ACCOUNTS, ShardId.of(6), List.of(Value.of(to), Value.of("5"))));
        assertThat(moved.records().get(1).entries())
                .containsExactly(
                        new RowChange.Delete(ACCOUNTS, ShardId.of(3), List.of(Value.of(from), Value.UNCHANGED)));
    }

    @Test
    void aHeartbeatGoesToEveryPartition() {
        GroupedTransaction beat = group(new SourceChange.Updated(
                HEARTBEAT, Optional.empty(), List.of(Value.of("1"), Value.of("2026-01-02 03:04:05.000006+00"))));

        assertThat(beat.records())
                .hasSize(4)
                .allSatisfy(record ->
                        assertThat(record.entries()).containsExactly(new Entry.Heartbeat(1_767_323_045_000_006L)));
    }

    @Test
    void groupingAgainFromTheSameStateGivesTheSame() {
        openAll();
        var again = new StreamState(state.epochs(), state.last());
        List<GroupedTransaction> sent = new ArrayList<>();
        List<SourceTransaction> transactions = List.of(
                new SourceTransaction(900, 1, List.of(insert(1), insert(2))),
                new SourceTransaction(910, 2, List.of(close(1, 1, 2))),
                new SourceTransaction(920, 3, List.of(insert(2))));
        for (SourceTransaction transaction : transactions) {
            GroupedTransaction grouped = grouper.group(state, transaction);
            state.advance(grouped);
            sent.add(grouped);
        }

        for (int index = 0; index < transactions.size(); index++) {
            GroupedTransaction resent = grouper.group(again, transactions.get(index));
            again.advance(resent);
            assertThat(resent).isEqualTo(sent.get(index));
        }
    }

    @Test
    void whatCannotBeToldByShardStopsTheStream() {
        openAll();
        assertThatThrownBy(() -> group(new SourceChange.Truncated(ACCOUNTS)))
                .isInstanceOf(StreamStoppedException.class)
                .hasMessageContaining("TRUNCATE");
        assertThatThrownBy(() -> group(new SourceChange.Inserted(
                        new Relation("other", "things", List.of(new Relation.Column("id", true))),
                        List.of(Value.of("1")))))
                .isInstanceOf(StreamStoppedException.class)
                .hasMessageContaining("other.things");
    }

    private void openAll() {
        Map<ShardId, Epoch> epochs = new HashMap<>();
        for (int shard = 0; shard < 64; shard++) {
            epochs.put(ShardId.of(shard), Epoch.of(1));
        }
        state.advance(new GroupedTransaction(new Position(INCARNATION, 1, 0), List.of(), List.of(), epochs));
    }

    private GroupedTransaction group(SourceChange... changes) {
        lsn += 10;
        GroupedTransaction grouped = grouper.group(state, new SourceTransaction(lsn, lsn, List.of(changes)));
        state.advance(grouped);
        return grouped;
    }

    private static SourceChange insert(int shard) {
        return new SourceChange.Inserted(ACCOUNTS, List.of(Value.of(key(shard)), Value.of("1")));
    }

    private static SourceChange open(int shard, long epoch, String baseRegion) {
        return fence(shard, epoch, "OPEN", Value.NULL, Value.of(baseRegion));
    }

    private static SourceChange close(int shard, long closes, long epoch) {
        return fence(shard, epoch, "CLOSED", Value.of(Long.toString(closes)), Value.of("west"));
    }

    private static SourceChange raise(int shard, long epoch) {
        return fence(shard, epoch, "CLOSED", Value.NULL, Value.NULL);
    }

    private static SourceChange fence(int shard, long epoch, String state, Value closes, Value baseRegion) {
        boolean based = baseRegion instanceof Value.Text;
        return new SourceChange.Updated(
                FENCE,
                Optional.empty(),
                List.of(
                        Value.of(Integer.toString(shard)),
                        Value.of(Long.toString(epoch)),
                        Value.of(state),
                        closes,
                        baseRegion,
                        based ? Value.of("w") : Value.NULL,
                        based ? Value.of("1") : Value.NULL,
                        based ? Value.of("1/AA") : Value.NULL));
    }

    private static String key(int shard) {
        for (int number = 0; ; number++) {
            if (SHARDS.shardOf("k" + number).number() == shard) {
                return "k" + number;
            }
        }
    }
}
