package io.meridian.agent.transport;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meridian.agent.capture.Checkpoint;
import io.meridian.agent.record.Decision;
import io.meridian.agent.record.Entry;
import io.meridian.agent.record.Marker;
import io.meridian.agent.record.MergeChange;
import io.meridian.agent.record.Orphan;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Revision;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SeedMark;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.record.Value;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import io.meridian.wire.CaptureCheckpoint;
import io.meridian.wire.ChangeRecord;
import io.meridian.wire.CloseMarker;
import io.meridian.wire.ColumnMessage;
import io.meridian.wire.HeartbeatMessage;
import io.meridian.wire.MarkerMessage;
import io.meridian.wire.OpenMarker;
import io.meridian.wire.Operation;
import io.meridian.wire.PartitionPosition;
import io.meridian.wire.RelationMessage;
import io.meridian.wire.ShardEpoch;
import io.meridian.wire.Tuple;
import io.meridian.wire.mapping.OwnershipMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Records and checkpoints to the bytes that travel, and back. A kind of entry that this version does not know is refused, never dropped. */
public final class RecordCodec {
    private RecordCodec() {}

    public static byte[] toBytes(SourceRecord record) {
        var message = ChangeRecord.newBuilder()
                .setSource(record.source().name())
                .setPosition(OwnershipMapper.toMessage(record.position()))
                .setParts(record.parts())
                .addAllPartitions(record.partitions())
                .setCommitMicros(record.commitMicros())
                .addAllEpochs(epochs(record.epochs()));
        record.predecessor().map(OwnershipMapper::toMessage).ifPresent(message::setPredecessor);
        Map<Relation, Integer> relations = new LinkedHashMap<>();
        for (Entry entry : record.entries()) {
            if (entry instanceof Revision revision) {
                message.addRevisions(OrphanCodec.message(revision));
            } else {
                message.addEntries(entry(entry, relations));
            }
        }
        relations.forEach((relation, index) -> message.addRelations(relation(relation, index)));
        return message.build().toByteArray();
    }

    /** @throws IllegalStateException not a record, or one of a later version */
    public static SourceRecord fromBytes(byte[] bytes, int partition) {
        ChangeRecord message;
        try {
            message = ChangeRecord.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a record of partition " + partition + " cannot be read", e);
        }
        int part = message.getPosition().getPart();
        if (part < 0 || part >= message.getParts()) {
            throw new IllegalStateException("a record of partition " + partition + " calls itself part " + part + " of "
                    + message.getParts() + ", counted from 0");
        }
        Map<Integer, Relation> relations = new LinkedHashMap<>();
        message.getRelationsList().forEach(relation -> relations.put(relation.getIndex(), relation(relation)));
        List<Entry> entries = new ArrayList<>(message.getEntriesCount());
        message.getEntriesList().forEach(entry -> entries.add(entry(entry, relations)));
        message.getRevisionsList().forEach(revision -> entries.add(OrphanCodec.revision(revision)));
        return new SourceRecord(
                RegionId.of(message.getSource()),
                partition,
                OwnershipMapper.fromMessage(message.getPosition()),
                message.getParts(),
                message.hasPredecessor()
                        ? Optional.of(OwnershipMapper.fromMessage(message.getPredecessor()))
                        : Optional.empty(),
                message.getPartitionsList(),
                message.getCommitMicros(),
                epochs(message.getEpochsList()),
                entries);
    }

    public static byte[] toBytes(Checkpoint checkpoint) {
        var message = CaptureCheckpoint.newBuilder()
                .setIncarnation(checkpoint.incarnation())
                .setConfirmedLsn(checkpoint.confirmedLsn())
                .setTimeline(checkpoint.timeline())
                .addAllEpochs(epochs(new TreeMap<>(checkpoint.epochs())));
        new TreeMap<>(checkpoint.last())
                .forEach((partition, position) -> message.addLast(PartitionPosition.newBuilder()
                        .setPartition(partition)
                        .setPosition(OwnershipMapper.toMessage(position))));
        return message.build().toByteArray();
    }

    /** @throws IllegalStateException not a checkpoint */
    public static Checkpoint checkpoint(byte[] bytes) {
        CaptureCheckpoint message;
        try {
            message = CaptureCheckpoint.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the capture checkpoint cannot be read", e);
        }
        Map<Integer, Position> last = new TreeMap<>();
        message.getLastList()
                .forEach(item -> last.put(item.getPartition(), OwnershipMapper.fromMessage(item.getPosition())));
        return new Checkpoint(
                message.getIncarnation(),
                message.getTimeline(),
                message.getConfirmedLsn(),
                epochs(message.getEpochsList()),
                last);
    }

    private static List<ShardEpoch> epochs(Map<ShardId, Epoch> epochs) {
        List<ShardEpoch> messages = new ArrayList<>(epochs.size());
        epochs.forEach((shard, epoch) -> messages.add(ShardEpoch.newBuilder()
                .setShard(shard.number())
                .setEpoch(epoch.number())
                .build()));
        return messages;
    }

    private static Map<ShardId, Epoch> epochs(List<ShardEpoch> messages) {
        Map<ShardId, Epoch> epochs = new TreeMap<>();
        messages.forEach(message -> epochs.put(ShardId.of(message.getShard()), Epoch.of(message.getEpoch())));
        return epochs;
    }

    private static RelationMessage relation(Relation relation, int index) {
        var message = RelationMessage.newBuilder()
                .setIndex(index)
                .setSchema(relation.schema())
                .setTable(relation.table());
        relation.columns()
                .forEach(column -> message.addColumns(
                        ColumnMessage.newBuilder().setName(column.name()).setKey(column.key())));
        return message.build();
    }

    private static Relation relation(RelationMessage message) {
        return new Relation(
                message.getSchema(),
                message.getTable(),
                message.getColumnsList().stream()
                        .map(column -> new Relation.Column(column.getName(), column.getKey()))
                        .toList());
    }

    private static io.meridian.wire.Entry entry(Entry entry, Map<Relation, Integer> relations) {
        var message = io.meridian.wire.Entry.newBuilder();
        switch (entry) {
            case RowChange change -> message.setRow(row(change, relations));
            case Marker marker -> message.setMarker(marker(marker));
            case MergeChange change ->
                message.setMerge(MergeCodec.message(change, index(change.relation(), relations)));
            case Orphan orphan -> message.setOrphan(OrphanCodec.message(orphan, row(orphan.change(), relations)));
            case Decision decision -> message.setDecision(OrphanCodec.message(decision));
            case Revision _ -> throw new IllegalStateException("a revision is no entry of the message");
            case SeedMark mark -> message.setSeed(SeedCodec.message(mark));
            case Entry.Heartbeat beat ->
                message.setHeartbeat(HeartbeatMessage.newBuilder().setMicros(beat.micros()));
        }
        return message.build();
    }

    private static Entry entry(io.meridian.wire.Entry message, Map<Integer, Relation> relations) {
        return switch (message.getKindCase()) {
            case ROW -> row(message.getRow(), relations);
            case MARKER -> marker(message.getMarker());
            case MERGE ->
                MergeCodec.change(
                        message.getMerge(), relation(message.getMerge().getRelation(), relations));
            case ORPHAN ->
                OrphanCodec.orphan(message.getOrphan(), row(message.getOrphan().getChange(), relations));
            case DECISION -> OrphanCodec.decision(message.getDecision());
            case SEED -> SeedCodec.mark(message.getSeed());
            case HEARTBEAT -> new Entry.Heartbeat(message.getHeartbeat().getMicros());
            case KIND_NOT_SET -> throw new IllegalStateException("an entry of a kind that this version does not know");
        };
    }

    private static int index(Relation relation, Map<Relation, Integer> relations) {
        int next = relations.size();
        return relations.computeIfAbsent(relation, _ -> next);
    }

    private static Relation relation(int index, Map<Integer, Relation> relations) {
        Relation relation = relations.get(index);
        if (relation == null) {
            throw new IllegalStateException("a change names relation " + index + ", which its record lacks");
        }
        return relation;
    }

    private static io.meridian.wire.RowChange row(RowChange change, Map<Relation, Integer> relations) {
        var message = io.meridian.wire.RowChange.newBuilder()
                .setRelation(index(change.relation(), relations))
                .setShard(change.shard().number());
        switch (change) {
            case RowChange.Insert insert ->
                message.setOperation(Operation.OPERATION_INSERT).setRow(tuple(insert.row()));
            case RowChange.Update update -> {
                message.setOperation(Operation.OPERATION_UPDATE).setRow(tuple(update.row()));
                update.oldKey().ifPresent(key -> message.setOldKey(tuple(key)));
            }
            case RowChange.Delete delete ->
                message.setOperation(Operation.OPERATION_DELETE).setOldKey(tuple(delete.oldKey()));
        }
        return message.build();
    }

    private static RowChange row(io.meridian.wire.RowChange message, Map<Integer, Relation> relations) {
        Relation relation = relation(message.getRelation(), relations);
        var shard = ShardId.of(message.getShard());
        return switch (message.getOperation()) {
            case OPERATION_INSERT -> new RowChange.Insert(relation, shard, values(message.getRow()));
            case OPERATION_UPDATE ->
                new RowChange.Update(
                        relation,
                        shard,
                        message.hasOldKey() ? Optional.of(values(message.getOldKey())) : Optional.empty(),
                        values(message.getRow()));
            case OPERATION_DELETE -> new RowChange.Delete(relation, shard, values(message.getOldKey()));
            case OPERATION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalStateException("a change of a kind that this version does not know");
        };
    }

    private static MarkerMessage marker(Marker marker) {
        var message = MarkerMessage.newBuilder().setShard(marker.shard().number());
        switch (marker) {
            case Marker.Close close ->
                message.setClose(CloseMarker.newBuilder()
                        .setCloses(close.closes().number())
                        .setFenceEpoch(close.fenceEpoch().number()));
            case Marker.Open open -> {
                var opening = OpenMarker.newBuilder().setEpoch(open.epoch().number());
                OwnershipMapper.toOptionalMessage(open.base()).ifPresent(opening::setBase);
                message.setOpen(opening);
            }
        }
        return message.build();
    }

    private static Marker marker(MarkerMessage message) {
        var shard = ShardId.of(message.getShard());
        return switch (message.getKindCase()) {
            case CLOSE ->
                new Marker.Close(
                        shard,
                        Epoch.of(message.getClose().getCloses()),
                        Epoch.of(message.getClose().getFenceEpoch()));
            case OPEN ->
                new Marker.Open(
                        shard,
                        Epoch.of(message.getOpen().getEpoch()),
                        OwnershipMapper.fromOptionalMessage(
                                message.getOpen().hasBase(), message.getOpen().getBase()));
            case KIND_NOT_SET -> throw new IllegalStateException("a marker of a kind that this version does not know");
        };
    }

    static Tuple tuple(List<Value> values) {
        var message = Tuple.newBuilder();
        for (Value value : values) {
            message.addValues(
                    switch (value) {
                        case Value.Text text ->
                            io.meridian.wire.Value.newBuilder()
                                    .setText(text.text())
                                    .build();
                        case Value.Null _ -> NULL;
                        case Value.Unchanged _ -> UNCHANGED;
                    });
        }
        return message.build();
    }

    static List<Value> values(Tuple message) {
        List<Value> values = new ArrayList<>(message.getValuesCount());
        for (io.meridian.wire.Value value : message.getValuesList()) {
            values.add(
                    switch (value.getKindCase()) {
                        case TEXT -> Value.of(value.getText());
                        case NULL -> Value.NULL;
                        case UNCHANGED -> Value.UNCHANGED;
                        case KIND_NOT_SET ->
                            throw new IllegalStateException("a value of a kind that this version does not know");
                    });
        }
        return values;
    }

    private static final io.meridian.wire.Value NULL =
            io.meridian.wire.Value.newBuilder().setNull(true).build();
    private static final io.meridian.wire.Value UNCHANGED =
            io.meridian.wire.Value.newBuilder().setUnchanged(true).build();
}
