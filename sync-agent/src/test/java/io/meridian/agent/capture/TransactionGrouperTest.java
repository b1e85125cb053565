package io.meridian.agent.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.agent.record.Decision;
import io.meridian.agent.record.Entry;
import io.meridian.agent.record.Marker;
import io.meridian.agent.record.Origin;
import io.meridian.agent.record.Orphan;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Revision;
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
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

    private record Grouped(GroupedTransaction whole, List<SourceRecord> records) {
        Position position() {
            return whole.position();
        }

        List<Marker> markers() {
            return whole.markers();
        }
    }

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
        Grouped first = group(insert(0), insert(4), insert(1));
        Grouped second = group(insert(1));

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
        Grouped write = group(insert(7));

        assertThat(write.records().getFirst().epochs()).containsEntry(ShardId.of(7), Epoch.of(3));
    }

    @Test
    void anOpeningAndAClosingAreMarkersAndARaiseIsNothing() {
        group(raise(7, 2));
        Grouped opened = group(open(7, 3, "west"));
        Grouped closed = group(close(7, 3, 4));
        Grouped raised = group(raise(7, 6));

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

        Grouped moved = group(new SourceChange.Updated(
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
        Grouped beat = group(new SourceChange.Updated(
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
        List<Grouped> sent = new ArrayList<>();
        List<SourceTransaction> transactions = List.of(
                new SourceTransaction(900, 1, List.of(insert(1), insert(2))),
                new SourceTransaction(910, 2, List.of(close(1, 1, 2))),
                new SourceTransaction(920, 3, List.of(insert(2))));
        for (SourceTransaction transaction : transactions) {
            sent.add(group(state, transaction));
        }

        for (int index = 0; index < transactions.size(); index++) {
            assertThat(group(again, transactions.get(index))).isEqualTo(sent.get(index));
        }
    }

    @Test
    void aLargeTransactionComesInPartsThatNameEachOther() {
        openAll();
        group(insert(1));
        Position before = new Position(INCARNATION, lsn, 0);
        SourceChange[] changes = IntStream.range(0, 2_500)
                .mapToObj(row -> insert(row % 5 == 0 ? 2 : 1))
                .toArray(SourceChange[]::new);

        Grouped large = group(changes);
        Grouped next = group(insert(1));

        List<SourceRecord> parts = large.records().stream()
                .filter(record -> record.partition() == 1)
                .toList();
        assertThat(parts).extracting(part -> part.entries().size()).containsExactly(1_000, 1_000);
        assertThat(large.whole().parts()).isEqualTo(Map.of(1, 2, 2, 1));
        assertThat(parts).allSatisfy(part -> {
            assertThat(part.parts()).isEqualTo(2);
            assertThat(part.partitions()).containsExactly(1, 2);
            assertThat(part.epochs()).isEqualTo(Map.of(ShardId.of(1), Epoch.of(1)));
        });
        assertThat(parts).extracting(part -> part.position().part()).containsExactly(0, 1);
        assertThat(parts.get(0).predecessor()).contains(before);
        assertThat(parts.get(1).predecessor()).contains(parts.get(0).position());
        assertThat(next.records().getFirst().predecessor())
                .contains(parts.getLast().position());
    }

    @Test
    void aPartEndsBeforeItHoldsMoreThanAMebibyteAndALargerRowHasOneOfItsOwn() {
        openAll();
        Grouped large =
                group(insert(1, 400_000), insert(1, 400_000), insert(1, 400_000), insert(1, 5_000_000), insert(1, 10));

        assertThat(large.records()).extracting(part -> part.entries().size()).containsExactly(2, 1, 1, 1);
    }

    @Test
    void whatIsReadFromDiskComesInTheSameRecordsAsWhatIsHeld() {
        openAll();
        var changes = new ArrayList<SourceChange>();
        for (int row = 0; row < 5_000; row++) {
            changes.add(row % 700 == 0 ? insert(row % 7, 900_000) : insert(row % 7));
        }
        var again = new StreamState(state.epochs(), state.last());

        Grouped held = group(state, new SourceTransaction(900, 1, changes));
        Grouped staged = group(again, new SourceTransaction(900, 1, new OnDisk(changes)));

        assertThat(staged).isEqualTo(held);
        assertThat(held.records()).hasSizeGreaterThan(7);
    }

    @Test
    void aRowThatNoRecordCanHoldIsRefusedBeforeAnythingIsHandedOn() {
        openAll();
        List<SourceRecord> records = new ArrayList<>();
        List<SourceChange> changes = new ArrayList<>(Collections.nCopies(3_000, insert(1)));
        changes.add(insert(1, (int) TransactionGrouper.LARGEST_ROW_BYTES));

        assertThatThrownBy(() -> grouper.group(state, new SourceTransaction(900, 1, new OnDisk(changes)), records::add))
                .isInstanceOf(StreamStoppedException.class)
                .hasMessageContaining("ledger.accounts")
                .hasMessageContaining("49283");
        assertThat(records).isEmpty();
    }

    @Test
    void aFenceTransactionIsOneRecordPerPartitionHoweverManyFencesItChanges() {
        SourceChange[] openings = IntStream.range(0, 2_000)
                .boxed()
                .flatMap(shard -> Stream.of(open(shard, 1, "west")))
                .toArray(SourceChange[]::new);
        var wide = new TransactionGrouper(RegionId.of("east"), INCARNATION, 1, SHARDS, List.of());
        List<SourceRecord> records = new ArrayList<>();
        wide.group(state, new SourceTransaction(900, 1, List.of(openings)), records::add);
        assertThat(records).hasSize(1);

        openAll();
        SourceChange[] both = Stream.concat(
                        Stream.of(close(1, 1, 2)), IntStream.range(0, 1_001).mapToObj(_ -> insert(2)))
                .toArray(SourceChange[]::new);
        assertThatThrownBy(() -> group(both))
                .isInstanceOf(StreamStoppedException.class)
                .hasMessageContaining("writes nothing else");
    }

    /** As if they had not fitted into memory. */
    private record OnDisk(List<SourceChange> list) implements Changes {
        @Override
        public boolean inMemory() {
            return false;
        }

        @Override
        public Iterator<SourceChange> iterator() {
            return list.iterator();
        }

        @Override
        public void close() {}
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
        state.advance(new GroupedTransaction(
                new Position(INCARNATION, 1, 0), Collections.emptySortedMap(), List.of(), epochs));
    }

    @Test
    void anOrphanIsToldInItsShardsPartitionAndInNoEpoch() {
        Grouped told = group(telling("ORPHAN", 5, ORPHAN), new SourceChange.Deleted(TELLING, List.of()));

        SourceRecord record = told.records().getFirst();
        assertThat(record.partition()).isEqualTo(1);
        assertThat(record.epochs()).isEmpty();
        assertThat(record.entries())
                .containsExactly(new Orphan(
                        new Origin(RegionId.of("west"), new Position("w", 0xAAL, 2), ShardId.of(5), 3),
                        Epoch.of(1),
                        new RowChange.Insert(ACCOUNTS, ShardId.of(5), List.of(Value.of("k"), Value.of("7"))),
                        99,
                        List.of(1, 2)));
    }

    @Test
    void behindADecisionOnlyToldRowsOfItsShardAreInItsRecord() {
        openAll();

        Grouped told = group(telling("DECISION", 5, DECISION), insert(5), insert(9), repaired(5));

        SourceRecord record = told.records().getFirst();
        assertThat(record.epochs()).isEqualTo(Map.of(ShardId.of(5), Epoch.of(1), ShardId.of(9), Epoch.of(1)));
        assertThat(record.entries())
                .containsExactly(
                        new Decision(
                                new Origin(RegionId.of("west"), new Position("w", 0xAAL, 2), ShardId.of(5), 3),
                                Decision.Verdict.REJECTED,
                                "touched",
                                ""),
                        new RowChange.Insert(ACCOUNTS, ShardId.of(9), List.of(Value.of(key(9)), Value.of("1"))),
                        new RowChange.Insert(ACCOUNTS, ShardId.of(5), List.of(Value.of(key(5)), Value.of("8"))));
    }

    @Test
    void besideAPersonsWordOnAnOrphanRowsAreWritesAsAny() {
        openAll();

        Grouped told = group(insert(5), telling("REVISION", 5, REVISION));

        SourceRecord record = told.records().getFirst();
        assertThat(record.epochs()).isEqualTo(Map.of(ShardId.of(5), Epoch.of(1)));
        assertThat(record.tellsImages(ShardId.of(5))).isFalse();
        assertThat(record.entries())
                .containsExactly(
                        new RowChange.Insert(ACCOUNTS, ShardId.of(5), List.of(Value.of(key(5)), Value.of("1"))),
                        new Revision(
                                new Origin(RegionId.of("west"), new Position("w", 0xAAL, 2), ShardId.of(5), 3),
                                "rv-1",
                                Epoch.of(1),
                                Decision.Verdict.SALVAGED,
                                "ann",
                                "she said so",
                                "",
                                99));
    }

    @Test
    void aDecisionWhereNoEpochIsOpenStopsTheStreamAndSoDoesWhatCannotBeRead() {
        assertThatThrownBy(() -> group(telling("DECISION", 5, DECISION)))
                .isInstanceOf(StreamStoppedException.class)
                .hasMessageContaining("no open fence");
        assertThatThrownBy(() -> group(telling("ORPHAN", 5, "{}")))
                .isInstanceOf(StreamStoppedException.class)
                .hasMessageContaining("names no place in a log");
        assertThatThrownBy(() -> group(new SourceChange.Updated(TELLING, Optional.empty(), List.of())))
                .isInstanceOf(StreamStoppedException.class)
                .hasMessageContaining("somebody else");
    }

    private static final Relation TELLING = new Relation(
            "meridian",
            "telling",
            List.of(
                    new Relation.Column("id", true),
                    new Relation.Column("shard", false),
                    new Relation.Column("kind", false),
                    new Relation.Column("content", false)));
    private static final String ORPHAN = """
            {"source": "west", "incarnation": "w", "lsn": "170", "part": 2, "shard": 5, "index": 3, "epoch": 1, "commit_micros": 99,
             "partitions": [1, 2], "change": {"schema": "ledger", "table": "accounts", "columns": ["user_key", "balance"],
             "identity": ["user_key"], "operation": "INSERT", "row": {"user_key": "k", "balance": "7"}}}""";
    private static final String DECISION = """
            {"source": "west", "incarnation": "w", "lsn": "170", "part": 2, "shard": 5, "index": 3, "verdict": "REJECTED",
             "reason": "touched", "ours": ""}""";

    private static final String REVISION = """
            {"source": "west", "incarnation": "w", "lsn": "170", "part": 2, "shard": 5, "index": 3, "order": "rv-1", "epoch": 1,
             "verdict": "SALVAGED", "by": "ann", "reason": "she said so", "ours": "", "at_micros": 99}""";

    private static SourceChange telling(String kind, int shard, String content) {
        return new SourceChange.Inserted(
                TELLING, List.of(Value.of("1"), Value.of(Integer.toString(shard)), Value.of(kind), Value.of(content)));
    }

    private static SourceChange repaired(int shard) {
        return new SourceChange.Inserted(
                new Relation(
                        "meridian",
                        "repair",
                        List.of(new Relation.Column("id", true), new Relation.Column("content", false))),
                List.of(
                        Value.of("1"),
                        Value.of(
                                "{\"schema\": \"ledger\", \"table\": \"accounts\", \"columns\": [\"user_key\", \"balance\"],"
                                        + " \"key\": [\"user_key\"], \"present\": true, \"values\": [\"" + key(shard)
                                        + "\", \"8\"]}")));
    }

    private Grouped group(SourceChange... changes) {
        lsn += 10;
        return group(state, new SourceTransaction(lsn, lsn, List.of(changes)));
    }

    private Grouped group(StreamState before, SourceTransaction transaction) {
        List<SourceRecord> records = new ArrayList<>();
        GroupedTransaction whole = grouper.group(before, transaction, records::add);
        before.advance(whole);
        return new Grouped(whole, records);
    }

    private static SourceChange insert(int shard) {
        return new SourceChange.Inserted(ACCOUNTS, List.of(Value.of(key(shard)), Value.of("1")));
    }

    private static SourceChange insert(int shard, int bytes) {
        return new SourceChange.Inserted(ACCOUNTS, List.of(Value.of(key(shard)), Value.of("é".repeat(bytes / 2))));
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
