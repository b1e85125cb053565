package io.meridian.agent.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.agent.record.MergeChange;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.record.Value;
import io.meridian.conflict.merge.Version;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardFunction;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No shard is open in any of these: such changes ask for no epoch. */
class MergeChangesTest {
    private static final ShardFunction SHARDS = new ShardFunction(64);
    private static final Relation CARTS =
            relation("shop", "carts", "k", "id", "v", "meridian_version", "meridian_region", "meridian_state");
    private static final Relation TOMBSTONE =
            relation("meridian", "tombstone", "relation", "key", "version", "region", "state", "content");
    private static final List<Value> BEFORE = values("ann", "1", "old", "10", "west", null);
    private static final List<Value> AFTER = values("ann", "1", "new", "20", "east", null);

    private final TransactionGrouper grouper = new TransactionGrouper(
            RegionId.of("east"),
            "here",
            4,
            SHARDS,
            List.of(new Topology.Table("shop", "carts", "k", "main", "last-writer-wins", new TreeMap<>())));

    @Test
    void aChangeTravelsWithItsVersionInThePartitionOfItsKeyAndInNoEpoch() {
        List<SourceRecord> records = group(new SourceChange.Updated(CARTS, Optional.of(BEFORE), AFTER));

        ShardId shard = SHARDS.shardOf("ann");
        assertThat(records).singleElement().satisfies(record -> {
            assertThat(record.partition()).isEqualTo(shard.partition(4));
            assertThat(record.epochs()).isEmpty();
            assertThat(record.entries())
                    .containsExactly(new MergeChange(
                            CARTS, shard, false, new Version(20, "east"), Optional.of(new Version(10, "west")), AFTER));
        });
    }

    @Test
    void aDeleteHasTheVersionOfItsTombstoneAndWhatTheRowWas() {
        List<SourceRecord> records = group(tombstone("ann", "1", 30), new SourceChange.Deleted(CARTS, BEFORE));

        assertThat(records.getFirst().entries())
                .containsExactly(new MergeChange(
                        CARTS,
                        SHARDS.shardOf("ann"),
                        true,
                        new Version(30, "east"),
                        Optional.of(new Version(10, "west")),
                        BEFORE));
    }

    @Test
    void aTriggerThatDeletesOtherRowsInBetweenMixesUpNothing() {
        var other = values("ann", "2", "old", "11", "west", null);

        List<SourceRecord> records = group(
                tombstone("ann", "1", 30),
                tombstone("ann", "2", 31),
                new SourceChange.Deleted(CARTS, other),
                new SourceChange.Deleted(CARTS, BEFORE));

        assertThat(records.getFirst().entries())
                .extracting(entry -> ((MergeChange) entry).version().clock())
                .containsExactly(31L, 30L);
    }

    @Test
    void theMarksThatInsertsLeaveAmongTombstonesAreNoChange() {
        assertThat(group(
                        tombstone("ann", "1", 0),
                        new SourceChange.Deleted(TOMBSTONE, values("shop.carts", "{}", null, null, null, null)),
                        new SourceChange.Updated(CARTS, Optional.of(BEFORE), BEFORE)))
                .isEmpty();
    }

    @Test
    void whatPassedByTheTriggerStopsTheStream() {
        assertThatThrownBy(() -> group(new SourceChange.Deleted(CARTS, BEFORE)))
                .isInstanceOf(StreamStoppedException.class)
                .hasMessageContaining("without a tombstone");
        assertThatThrownBy(() -> group(new SourceChange.Updated(
                        CARTS, Optional.of(BEFORE), values("ann", "1", "new", "10", "west", null))))
                .isInstanceOf(StreamStoppedException.class)
                .hasMessageContaining("kept its version");
        assertThatThrownBy(() -> group(new SourceChange.Inserted(CARTS, values("ann", "1", "new", "0", "", null))))
                .isInstanceOf(StreamStoppedException.class)
                .hasMessageContaining("without a version");
        assertThatThrownBy(() -> group(new SourceChange.Updated(CARTS, Optional.empty(), AFTER)))
                .isInstanceOf(StreamStoppedException.class)
                .hasMessageContaining("replica identity");
    }

    private List<SourceRecord> group(SourceChange... changes) {
        List<SourceRecord> records = new ArrayList<>();
        grouper.group(new StreamState(Map.of(), Map.of()), new SourceTransaction(8, 1, List.of(changes)), records::add);
        return records;
    }

    private static SourceChange tombstone(String key, String id, long version) {
        return new SourceChange.Inserted(
                TOMBSTONE,
                values(
                        "shop.carts",
                        "{\"k\": \"" + key + "\", \"id\": \"" + id + "\"}",
                        Long.toString(version),
                        "east",
                        null,
                        null));
    }

    private static Relation relation(String schema, String table, String... columns) {
        return new Relation(
                schema,
                table,
                Stream.of(columns)
                        .map(column -> new Relation.Column(column, true))
                        .toList());
    }

    private static List<Value> values(@org.jspecify.annotations.Nullable String... texts) {
        return Stream.of(texts)
                .map(text -> text == null ? Value.NULL : Value.of(text))
                .toList();
    }
}
