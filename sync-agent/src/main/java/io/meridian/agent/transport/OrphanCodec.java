package io.meridian.agent.transport;

import io.meridian.agent.record.Decision;
import io.meridian.agent.record.Origin;
import io.meridian.agent.record.Orphan;
import io.meridian.agent.record.Revision;
import io.meridian.agent.record.RowChange;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.wire.DecisionMessage;
import io.meridian.wire.OriginMessage;
import io.meridian.wire.OrphanMessage;
import io.meridian.wire.RevisionMessage;
import io.meridian.wire.mapping.OwnershipMapper;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The part of {@link RecordCodec} that is about writes outside their shard's lineage. */
final class OrphanCodec {
    private OrphanCodec() {}

    static OrphanMessage message(Orphan orphan, io.meridian.wire.RowChange change) {
        return OrphanMessage.newBuilder()
                .setOrigin(message(orphan.origin()))
                .setEpoch(orphan.epoch().number())
                .setChange(change)
                .setCommitMicros(orphan.commitMicros())
                .addAllPartitions(orphan.partitions())
                .build();
    }

    static Orphan orphan(OrphanMessage message, RowChange change) {
        return new Orphan(
                origin(message.getOrigin()),
                Epoch.of(message.getEpoch()),
                change,
                message.getCommitMicros(),
                message.getPartitionsList());
    }

    static DecisionMessage message(Decision decision) {
        return DecisionMessage.newBuilder()
                .setCause(message(decision.cause()))
                .setVerdict(decision.verdict().name())
                .setReason(decision.reason())
                .setOurs(decision.ours())
                .build();
    }

    static Decision decision(DecisionMessage message) {
        return new Decision(
                origin(message.getCause()), verdict(message.getVerdict()), message.getReason(), message.getOurs());
    }

    private static Decision.Verdict verdict(String name) {
        return Arrays.stream(Decision.Verdict.values())
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a decision '" + name
                        + "' that this version does not know; it knows "
                        + Arrays.stream(Decision.Verdict.values())
                                .map(Enum::name)
                                .collect(Collectors.joining(", "))));
    }

    static RevisionMessage message(Revision revision) {
        return RevisionMessage.newBuilder()
                .setCause(message(revision.cause()))
                .setOrder(revision.order())
                .setEpoch(revision.epoch().number())
                .setVerdict(revision.verdict().name())
                .setBy(revision.by())
                .setReason(revision.reason())
                .setOurs(revision.ours())
                .setAtMicros(revision.atMicros())
                .build();
    }

    static Revision revision(RevisionMessage message) {
        return new Revision(
                origin(message.getCause()),
                message.getOrder(),
                Epoch.of(message.getEpoch()),
                verdict(message.getVerdict()),
                message.getBy(),
                message.getReason(),
                message.getOurs(),
                message.getAtMicros());
    }

    private static OriginMessage message(Origin origin) {
        return OriginMessage.newBuilder()
                .setSource(origin.source().name())
                .setPosition(OwnershipMapper.toMessage(origin.position()))
                .setShard(origin.shard().number())
                .setIndex(origin.index())
                .build();
    }

    private static Origin origin(OriginMessage message) {
        return new Origin(
                RegionId.of(message.getSource()),
                OwnershipMapper.fromMessage(message.getPosition()),
                ShardId.of(message.getShard()),
                message.getIndex());
    }
}
