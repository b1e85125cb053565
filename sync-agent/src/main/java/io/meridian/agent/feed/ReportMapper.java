package io.meridian.agent.feed;

import com.google.protobuf.ByteString;
import io.meridian.agent.fence.FenceRow;
import io.meridian.agent.fence.FenceState;
import io.meridian.agent.fence.ShardHead;
import io.meridian.agent.hashing.HashTaken;
import io.meridian.agent.hashing.VerificationTaken;
import io.meridian.wire.AgentHealth;
import io.meridian.wire.FenceReport;
import io.meridian.wire.HashMoment;
import io.meridian.wire.HashReport;
import io.meridian.wire.HeadReport;
import io.meridian.wire.LagReport;
import io.meridian.wire.ShardHash;
import io.meridian.wire.ShardLag;
import io.meridian.wire.ShardLagKind;
import io.meridian.wire.SlotPressure;
import io.meridian.wire.SlotReport;
import io.meridian.wire.VerificationReport;
import io.meridian.wire.mapping.OwnershipMapper;

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

    static VerificationReport toMessage(VerificationTaken taken) {
        VerificationReport.Builder report = VerificationReport.newBuilder()
                .setId(taken.id())
                .setRound(taken.round())
                .setProblem(taken.problem());
        taken.shards()
                .forEach((shard, hash) -> report.addShards(ShardHash.newBuilder()
                        .setShard(shard.number())
                        .setRows(hash.rows())
                        .setHash(ByteString.copyFrom(hash.bytes()))));
        return report.build();
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
