package io.meridian.agent.feed;

import com.google.protobuf.ByteString;
import io.meridian.agent.fence.FenceRow;
import io.meridian.agent.fence.FenceState;
import io.meridian.agent.fence.ShardHead;
import io.meridian.agent.hashing.HashTaken;
import io.meridian.agent.hashing.VerificationTaken;
import io.meridian.agent.orphan.OrphanList;
import io.meridian.agent.parked.ParkedDecision;
import io.meridian.agent.parked.ParkedShard;
import io.meridian.agent.repair.RepairDone;
import io.meridian.agent.verify.RowHash;
import io.meridian.topology.ShardId;
import io.meridian.wire.AgentHealth;
import io.meridian.wire.FenceReport;
import io.meridian.wire.HashMoment;
import io.meridian.wire.HashReport;
import io.meridian.wire.HeadReport;
import io.meridian.wire.HeardReport;
import io.meridian.wire.LagReport;
import io.meridian.wire.OrphanReport;
import io.meridian.wire.ParkedOrderReport;
import io.meridian.wire.RepairReport;
import io.meridian.wire.RowKey;
import io.meridian.wire.ShardHash;
import io.meridian.wire.ShardLag;
import io.meridian.wire.ShardLagKind;
import io.meridian.wire.SlotPressure;
import io.meridian.wire.SlotReport;
import io.meridian.wire.VerificationReport;
import io.meridian.wire.mapping.OwnershipMapper;
import java.util.Optional;

/** What is, as messages. */
public final class ReportMapper {
    private ReportMapper() {}

    public static FenceReport toMessage(FenceRow row) {
        FenceReport.Builder report = FenceReport.newBuilder()
                .setShard(row.shard().number())
                .setEpoch(row.epoch().number())
                .setState(toMessage(row.state()))
                .setOwnedEpoch(row.ownedEpoch().number());
        row.closedAt().map(OwnershipMapper::toMessage).ifPresent(report::setClosedAt);
        row.openedAt().map(OwnershipMapper::toMessage).ifPresent(report::setOpenedAt);
        return report.build();
    }

    public static HeadReport toMessage(ShardHead head) {
        return HeadReport.newBuilder()
                .setShard(head.shard().number())
                .setEpoch(head.epoch().number())
                .setPosition(OwnershipMapper.toMessage(head.position()))
                .build();
    }

    public static HashReport toMessage(HashTaken taken) {
        return HashReport.newBuilder()
                .setRun(taken.run())
                .setMoment(
                        switch (taken.moment()) {
                            case BEFORE -> HashMoment.HASH_MOMENT_BEFORE;
                            case AFTER -> HashMoment.HASH_MOMENT_AFTER;
                        })
                .setShard(taken.shard().number())
                .setRows(taken.rows())
                .setHash(taken.hash())
                .setProblem(taken.problem())
                .build();
    }

    public static VerificationReport toMessage(VerificationTaken taken) {
        VerificationReport.Builder report =
                VerificationReport.newBuilder().setId(taken.id()).setRound(taken.round());
        switch (taken.content()) {
            case VerificationTaken.Content.Nothing nothing -> report.setProblem(nothing.problem());
            case VerificationTaken.Content.Shards shards ->
                shards.hashes()
                        .forEach((shard, hash) -> report.addShards(
                                shard(shard).setRows(hash.rows()).setHash(ByteString.copyFrom(hash.bytes()))));
            case VerificationTaken.Content.Buckets buckets ->
                buckets.hashes()
                        .forEach((shard, hashes) ->
                                report.addShards(shard(shard).setBuckets(ByteString.copyFrom(hashes))));
            case VerificationTaken.Content.Rows rows ->
                rows.hashes()
                        .forEach((shard, hashes) -> report.addShards(shard(shard)
                                .addAllRowHashes(hashes.stream()
                                        .map(ReportMapper::toMessage)
                                        .toList())));
        }
        return report.build();
    }

    private static ShardHash.Builder shard(ShardId shard) {
        return ShardHash.newBuilder().setShard(shard.number());
    }

    private static io.meridian.wire.RowHash toMessage(RowHash hash) {
        return io.meridian.wire.RowHash.newBuilder()
                .setKey(RowKey.newBuilder().setTable(hash.table()).setKey(hash.key()))
                .setHash(hash.hash())
                .build();
    }

    static RepairReport toMessage(RepairDone done) {
        return RepairReport.newBuilder()
                .setId(done.id())
                .setShard(done.shard().number())
                .setRows(done.rows())
                .setAbsent(done.absent())
                .setProblem(done.problem())
                .build();
    }

    static ParkedOrderReport toMessage(ParkedDecision.Done done) {
        return ParkedOrderReport.newBuilder()
                .setId(done.id())
                .setProblem(done.problem())
                .build();
    }

    static io.meridian.wire.ParkedShard toMessage(ParkedShard parked) {
        return io.meridian.wire.ParkedShard.newBuilder()
                .setSource(parked.source().name())
                .setShard(parked.shard().number())
                .setWaiting(parked.waiting())
                .setPosition(parked.position())
                .setEpoch(parked.epoch().number())
                .setReason(parked.reason())
                .setSinceMicros(parked.sinceMicros())
                .setRecords(parked.records())
                .setBytes(parked.bytes())
                .build();
    }

    static OrphanReport toMessage(OrphanList.Shown orphan) {
        OrphanReport.Builder report = OrphanReport.newBuilder()
                .setSource(orphan.source().name())
                .setPosition(orphan.position())
                .setShard(orphan.shard().number())
                .setIndex(orphan.index())
                .setEpoch(orphan.epoch().number())
                .setTable(orphan.table())
                .setKey(orphan.key())
                .setOperation(orphan.operation())
                .setContent(orphan.content())
                .setFoundMicros(orphan.foundMicros())
                .setCommittedMicros(orphan.committedMicros());
        orphan.decision()
                .ifPresent(decided -> report.setDecision(decided.verdict())
                        .setReason(decided.reason())
                        .setOurs(decided.ours()));
        orphan.revised()
                .ifPresent(revised -> report.setRevised(revised.verdict())
                        .setRevisedBy(revised.by())
                        .setRevisedReason(revised.reason())
                        .setRevisedMicros(revised.atMicros()));
        return report.build();
    }

    static WorstShards.Item waiting(ParkedShard parked) {
        return new WorstShards.Item(
                parked.shard(), parked.source(), parked.waitingMillis(), WorstShards.Kind.WAITING, parked.reason());
    }

    public static LagReport toMessage(ReportFacts.Lag lag) {
        LagReport.Builder report = LagReport.newBuilder()
                .setSource(lag.source().name())
                .setMillis(lag.millis().orElse(-1))
                .setRecordsBehind(lag.recordsBehind());
        lag.rowsBehind().ifPresent(report::setRowsBehind);
        lag.bytesBehind().ifPresent(report::setBytesBehind);
        return report.build();
    }

    /** Of a source of which nothing can be told, nothing is. */
    static Optional<HeardReport> heard(ReportFacts.Lag lag) {
        return lag.silentMillis().isPresent()
                ? Optional.of(HeardReport.newBuilder()
                        .setSource(lag.source().name())
                        .setSilentMillis(lag.silentMillis().getAsLong())
                        .build())
                : Optional.empty();
    }

    static ShardLag toMessage(WorstShards.Item item) {
        return ShardLag.newBuilder()
                .setShard(item.shard().number())
                .setSource(item.source().name())
                .setMillis(item.millis())
                .setKind(
                        switch (item.kind()) {
                            case BEHIND -> ShardLagKind.SHARD_LAG_KIND_BEHIND;
                            case WAITING -> ShardLagKind.SHARD_LAG_KIND_WAITING;
                            case STOPPED -> ShardLagKind.SHARD_LAG_KIND_STOPPED;
                        })
                .setReason(item.reason())
                .build();
    }

    static SlotReport toMessage(ReportFacts.Slot slot) {
        SlotReport.Builder report = SlotReport.newBuilder()
                .setName(slot.name())
                .setState(slot.state())
                .setRetainedBytes(slot.retainedBytes())
                .setPressure(
                        switch (slot.pressure()) {
                            case NONE -> SlotPressure.SLOT_PRESSURE_NONE;
                            case HIGH -> SlotPressure.SLOT_PRESSURE_HIGH;
                            case LOSING -> SlotPressure.SLOT_PRESSURE_LOSING;
                        });
        slot.leftBytes().ifPresent(report::setLeftBytes);
        return report.build();
    }

    public static AgentHealth toMessage(ReportFacts facts, long leaseRemainingMillis) {
        return AgentHealth.newBuilder()
                .setCapturing(facts.capturing())
                .setApplying(facts.applying())
                .setProblem(facts.problem().orElse(""))
                .setLeaseRemainingMillis(leaseRemainingMillis)
                .build();
    }

    private static io.meridian.wire.FenceState toMessage(FenceState state) {
        return switch (state) {
            case OPEN -> io.meridian.wire.FenceState.FENCE_STATE_OPEN;
            case MOVING -> io.meridian.wire.FenceState.FENCE_STATE_MOVING;
            case CLOSED -> io.meridian.wire.FenceState.FENCE_STATE_CLOSED;
        };
    }
}
