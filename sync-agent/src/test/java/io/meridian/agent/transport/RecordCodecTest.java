package io.meridian.agent.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.agent.capture.Checkpoint;
import io.meridian.agent.record.Decision;
import io.meridian.agent.record.Entry;
import io.meridian.agent.record.Marker;
import io.meridian.agent.record.MergeChange;
import io.meridian.agent.record.Origin;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Revision;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.record.Value;
import io.meridian.conflict.merge.Version;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import io.meridian.wire.ChangeRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
    private static final Position POSITION = new Position("77.1.0-1.topic", -2, 0); // LSNs are unsigned
    private static final Relation ACCOUNTS = new Relation(
            "ledger", "accounts", List.of(new Relation.Column("k", true), new Relation.Column("v", false)));
    private static final Relation ENTRIES = new Relation("ledger", "entries", List.of(new Relation.Column("k", true)));

    @Test
    void aChangeOfARowThatAnyRegionMayWriteComesBackAsItWas() {
        var record = new SourceRecord(
                RegionId.of("east"),
                1,
                POSITION,
                POSITION.part() + 1,
                Optional.empty(),
                List.of(1),
                1,
                Map.of(),
                List.of(
                        new MergeChange(
                                ACCOUNTS,
                                ShardId.of(5),
                                false,
                                new Version(7, "east"),
                                Optional.empty(),
                                List.of(Value.of("k"), Value.NULL)),
                        new MergeChange(
                                ENTRIES,
                                ShardId.of(5),
                                true,
                                new Version(9, "east"),
                                Optional.of(new Version(8, "west")),
                                List.of(Value.of("k")))));

        assertThat(RecordCodec.fromBytes(RecordCodec.toBytes(record), 1)).isEqualTo(record);
    }

    @Test
    void aRecordComesBackAsItWas() {
        var shard = ShardId.of(5);
        var record = new SourceRecord(
                RegionId.of("east"),
                1,
                POSITION,
                POSITION.part() + 3,
                Optional.of(new Position(POSITION.incarnation(), 7, 0)),
                List.of(1, 3),
                1_767_323_045_000_006L,
                Map.of(shard, Epoch.of(3)),
                List.of(
                        new Marker.Open(shard, Epoch.of(3), new Base.At(RegionId.of("west"), Epoch.of(1), POSITION)),
                        new Marker.Open(ShardId.of(9), Epoch.of(1), new Base.None()),
                        new RowChange.Insert(ACCOUNTS, shard, List.of(Value.of(""), Value.NULL)),
                        new RowChange.Update(
                                ACCOUNTS,
                                shard,
                                Optional.of(List.of(Value.of("é"), Value.UNCHANGED)),
                                List.of(Value.of("b"), Value.UNCHANGED)),
                        new RowChange.Update(ACCOUNTS, shard, Optional.empty(), List.of(Value.of("b"), Value.of("1"))),
                        new RowChange.Delete(ENTRIES, shard, List.of(Value.of("x"))),
                        new Marker.Close(shard, Epoch.of(3), Epoch.of(4)),
                        new Entry.Heartbeat(-1)));

        assertThat(RecordCodec.fromBytes(RecordCodec.toBytes(record), 1)).isEqualTo(record);
    }

    @Test
    void aPersonsWordOnAnOrphanStandsBehindTheChangesBesideIt() {
        var shard = ShardId.of(5);
        Entry change = new RowChange.Insert(ACCOUNTS, shard, List.of(Value.of("k"), Value.NULL));
        Entry revision = new Revision(
                new Origin(RegionId.of("west"), new Position("w", 0xAAL, 2), shard, 3),
                "rv-1",
                Epoch.of(3),
                Decision.Verdict.SALVAGED,
                "ann",
                "she said so",
                "{}",
                99);
        var record = new SourceRecord(
                RegionId.of("east"),
                1,
                POSITION,
                POSITION.part() + 1,
                Optional.empty(),
                List.of(1),
                1,
                Map.of(shard, Epoch.of(3)),
                List.of(revision, change));

        assertThat(RecordCodec.fromBytes(RecordCodec.toBytes(record), 1))
                .isEqualTo(record.withEntries(List.of(change, revision)));
    }

    @Test
    void theFirstRecordHasNoPredecessor() {
        var record = new SourceRecord(
                RegionId.of("east"),
                0,
                POSITION,
                POSITION.part() + 1,
                Optional.empty(),
                List.of(0),
                0,
                Map.of(),
                List.of());

        assertThat(RecordCodec.fromBytes(RecordCodec.toBytes(record), 0)).isEqualTo(record);
    }

    @Test
    void aCheckpointComesBackAsItWas() {
        var checkpoint = new Checkpoint(
                POSITION.incarnation(), 2, -3, Map.of(ShardId.of(1), Epoch.of(3)), Map.of(0, POSITION, 3, POSITION));

        assertThat(RecordCodec.checkpoint(RecordCodec.toBytes(checkpoint))).isEqualTo(checkpoint);
    }

    @Test
    void whatThisVersionDoesNotKnowIsRefused() {
        byte[] unknownEntry = ChangeRecord.newBuilder()
                .setParts(1)
                .addEntries(io.meridian.wire.Entry.newBuilder())
                .build()
                .toByteArray();
        byte[] partOfNothing = ChangeRecord.newBuilder().build().toByteArray();

        assertThatThrownBy(() -> RecordCodec.fromBytes(unknownEntry, 0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> RecordCodec.fromBytes(partOfNothing, 0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> RecordCodec.fromBytes(new byte[] {1, 2, 3}, 0))
                .isInstanceOf(IllegalStateException.class);
    }
}
