package io.meridian.control.feed;

import io.meridian.control.command.Command;
import io.meridian.control.repair.Repair;
import io.meridian.control.revising.RevisionOrder;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.Revision;
import io.meridian.control.state.RouterSession;
import io.meridian.control.verify.Verification;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import io.meridian.wire.AgentReport;
import io.meridian.wire.FenceReport;
import io.meridian.wire.FenceState;
import io.meridian.wire.GatherAnswer;
import io.meridian.wire.HashMoment;
import io.meridian.wire.HashReport;
import io.meridian.wire.HeadReport;
import io.meridian.wire.OrphanReport;
import io.meridian.wire.ParkedShard;
import io.meridian.wire.RepairReport;
import io.meridian.wire.RevisionReport;
import io.meridian.wire.RouterReport;
import io.meridian.wire.SeedReport;
import io.meridian.wire.ShardLag;
import io.meridian.wire.SlotReport;
import io.meridian.wire.TailReport;
import io.meridian.wire.VerificationReport;
import io.meridian.wire.mapping.OwnershipMapper;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What agents and routers say, as types of the domain. */
final class ReportMapper {
    /** Keys of one shard that the state keeps. */
    private static final int MISSED_LIMIT = 100;

    private ReportMapper() {}

    /** Empty for a state that this version does not know: what was known of the row stays. */
    static Optional<Command.FenceSeen> fence(FenceReport report) {
        boolean open;
        switch (report.getState()) {
            case FENCE_STATE_OPEN -> open = true;
            case FENCE_STATE_MOVING, FENCE_STATE_CLOSED -> open = false;
            case FENCE_STATE_UNSPECIFIED, UNRECOGNIZED -> {
                return Optional.empty();
            }
            default -> throw new IllegalStateException("fence state " + FenceState.UNRECOGNIZED);
        }
        Optional<Position> closedAt = report.hasClosedAt()
                ? Optional.of(OwnershipMapper.fromMessage(report.getClosedAt()))
                : Optional.empty();
        Optional<Position> openedAt = report.hasOpenedAt()
                ? Optional.of(OwnershipMapper.fromMessage(report.getOpenedAt()))
                : Optional.empty();
        return Optional.of(new Command.FenceSeen(
                ShardId.of(report.getShard()),
                Epoch.of(report.getEpoch()),
                open,
                Epoch.of(report.getOwnedEpoch()),
                closedAt,
                openedAt));
    }

    static Command.HeadSeen head(HeadReport report) {
        return new Command.HeadSeen(
                ShardId.of(report.getShard()),
                Epoch.of(report.getEpoch()),
                OwnershipMapper.fromMessage(report.getPosition()));
    }

    static Optional<Command.HashSeen> hash(HashReport report) {
        if (report.getMoment() != HashMoment.HASH_MOMENT_BEFORE && report.getMoment() != HashMoment.HASH_MOMENT_AFTER) {
            return Optional.empty();
        }
        return Optional.of(new Command.HashSeen(
                report.getRun(),
                report.getMoment() == HashMoment.HASH_MOMENT_BEFORE,
                ShardId.of(report.getShard()),
                report.getRows(),
                report.getHash(),
                report.getProblem()));
    }

    static List<Command.ShardHashed> hashed(VerificationReport report) {
        return report.getShardsList().stream()
                .map(shard -> new Command.ShardHashed(
                        ShardId.of(shard.getShard()),
                        shard.getRows(),
                        HexFormat.of().formatHex(shard.getHash().toByteArray()),
                        Base64.getEncoder().encodeToString(shard.getBuckets().toByteArray()),
                        shard.getRowHashesList().stream()
                                .map(row -> new Verification.RowHash(
                                        row.getKey().getTable(),
                                        row.getKey().getKey(),
                                        HexFormat.of().toHexDigits(row.getHash())))
                                .toList()))
                .toList();
    }

    static SortedMap<RegionId, Long> lags(AgentReport report, SortedMap<RegionId, Long> known) {
        var lags = new TreeMap<RegionId, Long>(known);
        report.getLagsList().forEach(lag -> {
            if (lag.getMillis() >= 0) {
                lags.put(RegionId.of(lag.getSource()), lag.getMillis());
            } else {
                lags.remove(RegionId.of(lag.getSource()));
            }
        });
        return lags;
    }

    static SortedMap<RegionId, Long> recordsBehind(AgentReport report, SortedMap<RegionId, Long> known) {
        var behind = new TreeMap<RegionId, Long>(known);
        report.getLagsList().forEach(lag -> {
            if (lag.getMillis() >= 0) {
                behind.put(RegionId.of(lag.getSource()), lag.getRecordsBehind());
            } else {
                behind.remove(RegionId.of(lag.getSource()));
            }
        });
        return behind;
    }

    /** @param known before: a report that says nothing of health says nothing of this */
    static AgentObservation.Flow flow(AgentReport report, AgentObservation.Flow known) {
        if (!report.hasHealth()) {
            return known;
        }
        var behind = new TreeMap<RegionId, AgentObservation.Behind>();
        report.getLagsList()
                .forEach(lag -> behind.put(
                        RegionId.of(lag.getSource()),
                        new AgentObservation.Behind(
                                lag.hasRowsBehind() ? Optional.of(lag.getRowsBehind()) : Optional.empty(),
                                lag.hasBytesBehind() ? Optional.of(lag.getBytesBehind()) : Optional.empty())));
        return new AgentObservation.Flow(
                behind,
                report.getShardLagsList().stream()
                        .flatMap(lag -> shard(lag).stream())
                        .toList(),
                report.hasSlot() ? slot(report.getSlot()) : Optional.empty(),
                report.getParkedList().stream().map(ReportMapper::parked).toList(),
                report.getParkedShards());
    }

    static SortedMap<RegionId, Integer> lives(AgentReport report) {
        var lives = new TreeMap<RegionId, Integer>();
        report.getLivesList().forEach(life -> lives.put(RegionId.of(life.getRegion()), life.getLife()));
        return lives;
    }

    static SortedMap<RegionId, Long> silences(AgentReport report) {
        var silences = new TreeMap<RegionId, Long>();
        report.getHeardList().forEach(heard -> silences.put(RegionId.of(heard.getSource()), heard.getSilentMillis()));
        return silences;
    }

    static Command.ShardRepaired repaired(RepairReport report) {
        return new Command.ShardRepaired(
                report.getId(),
                ShardId.of(report.getShard()),
                report.getRows(),
                report.getAbsent(),
                report.getProblem());
    }

    /** Empty for a state that this version does not know. */
    static Optional<Command.SeedSeen> seed(SeedReport report) {
        Optional<Command.SeedSeen.State> state = switch (report.getState()) {
            case SEED_STATE_PREPARED -> Optional.of(Command.SeedSeen.State.PREPARED);
            case SEED_STATE_TELLING -> Optional.of(Command.SeedSeen.State.TELLING);
            case SEED_STATE_TOLD -> Optional.of(Command.SeedSeen.State.TOLD);
            case SEED_STATE_RECEIVING -> Optional.of(Command.SeedSeen.State.RECEIVING);
            case SEED_STATE_DONE -> Optional.of(Command.SeedSeen.State.DONE);
            case SEED_STATE_FAILED -> Optional.of(Command.SeedSeen.State.FAILED);
            case SEED_STATE_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
        return state.map(known -> new Command.SeedSeen(
                report.getId(),
                report.getAttempt(),
                ShardId.of(report.getShard()),
                known,
                report.getRows(),
                report.getExpected(),
                report.getMissedList().stream()
                        .limit(MISSED_LIMIT)
                        .map(key -> new Repair.RowKey(key.getTable(), key.getKey()))
                        .toList(),
                report.getProblem()));
    }

    static Command.GatherSeen gathered(GatherAnswer answer) {
        return new Command.GatherSeen(
                answer.getRun(),
                answer.getAttempt(),
                ShardId.of(answer.getShard()),
                answer.hasHead() ? Optional.of(OwnershipMapper.fromMessage(answer.getHead())) : Optional.empty(),
                answer.getClosed(),
                answer.getHeartbeatMicros(),
                answer.getProblem());
    }

    static Command.TailSeen tail(TailReport tail) {
        return new Command.TailSeen(
                ShardId.of(tail.getShard()),
                RegionId.of(tail.getSource()),
                OwnershipMapper.fromMessage(tail.getClose()));
    }

    static RevisionOrder.Told revision(RevisionReport report) {
        return new RevisionOrder.Told(report.getProblem(), report.getPresent(), report.getOver());
    }

    static OrphanSeen orphan(RegionId region, String group, OrphanReport orphan) {
        return new OrphanSeen(
                region,
                group,
                RegionId.of(orphan.getSource()),
                orphan.getPosition(),
                orphan.getShard(),
                Integer.toUnsignedLong(orphan.getIndex()),
                orphan.getEpoch(),
                orphan.getTable(),
                orphan.getKey(),
                orphan.getOperation(),
                orphan.getContent(),
                orphan.getDecision(),
                orphan.getReason(),
                orphan.getOurs(),
                micros(orphan.getFoundMicros()),
                orphan.getCommittedMicros() == 0 ? Optional.empty() : Optional.of(micros(orphan.getCommittedMicros())),
                orphan.getRevised().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new OrphanSeen.Revised(
                                orphan.getRevised(),
                                orphan.getRevisedBy(),
                                orphan.getRevisedReason(),
                                micros(orphan.getRevisedMicros()))));
    }

    private static Instant micros(long since1970) {
        return Instant.EPOCH.plus(since1970, ChronoUnit.MICROS);
    }

    private static AgentObservation.Parked parked(ParkedShard parked) {
        return new AgentObservation.Parked(
                RegionId.of(parked.getSource()),
                ShardId.of(parked.getShard()),
                parked.getWaiting(),
                parked.getPosition(),
                parked.getEpoch(),
                parked.getReason(),
                micros(parked.getSinceMicros()),
                parked.getRecords(),
                parked.getBytes());
    }

    private static Optional<AgentObservation.ShardLag> shard(ShardLag lag) {
        Optional<AgentObservation.LagKind> kind = switch (lag.getKind()) {
            case SHARD_LAG_KIND_BEHIND -> Optional.of(AgentObservation.LagKind.BEHIND);
            case SHARD_LAG_KIND_WAITING -> Optional.of(AgentObservation.LagKind.WAITING);
            case SHARD_LAG_KIND_STOPPED -> Optional.of(AgentObservation.LagKind.STOPPED);
            case SHARD_LAG_KIND_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
        return kind.map(known -> new AgentObservation.ShardLag(
                ShardId.of(lag.getShard()), RegionId.of(lag.getSource()), lag.getMillis(), known, lag.getReason()));
    }

    private static Optional<AgentObservation.Slot> slot(SlotReport slot) {
        Optional<AgentObservation.Pressure> pressure = switch (slot.getPressure()) {
            case SLOT_PRESSURE_NONE -> Optional.of(AgentObservation.Pressure.NONE);
            case SLOT_PRESSURE_HIGH -> Optional.of(AgentObservation.Pressure.HIGH);
            case SLOT_PRESSURE_LOSING -> Optional.of(AgentObservation.Pressure.LOSING);
            case SLOT_PRESSURE_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
        return pressure.map(known -> new AgentObservation.Slot(
                slot.getName(),
                slot.getState(),
                slot.getRetainedBytes(),
                slot.hasLeftBytes() ? Optional.of(slot.getLeftBytes()) : Optional.empty(),
                known));
    }

    static List<AgentObservation.Stopped> stopped(AgentReport report) {
        return report.getStoppedList().stream()
                .map(shard -> new AgentObservation.Stopped(
                        ShardId.of(shard.getShard()), RegionId.of(shard.getSource()), shard.getReason()))
                .toList();
    }

    static List<RouterSession.EnvoySeen> envoys(RouterReport report) {
        return report.getEnvoysList().stream()
                .map(envoy -> new RouterSession.EnvoySeen(
                        envoy.getNode(),
                        Revision.of(envoy.getAckedRevision()),
                        envoy.getNackDetail(),
                        Revision.of(Math.max(envoy.getSentRevision(), envoy.getAckedRevision()))))
                .toList();
    }
}
