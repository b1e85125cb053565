package io.meridian.agent.transport;

import io.meridian.agent.record.MergeChange;
import io.meridian.agent.record.Relation;
import io.meridian.conflict.merge.Version;
import io.meridian.topology.ShardId;
import io.meridian.wire.MergeChangeMessage;
import io.meridian.wire.VersionMessage;
import java.util.Optional;

/** The part of {@link RecordCodec} that is about rows which any region may write. */
final class MergeCodec {
    private MergeCodec() {}

    static MergeChangeMessage message(MergeChange change, int relation) {
        var message = MergeChangeMessage.newBuilder()
                .setRelation(relation)
                .setShard(change.shard().number())
                .setDeleted(change.deleted())
                .setVersion(version(change.version()))
                .setRow(RecordCodec.tuple(change.row()));
        change.follows().map(MergeCodec::version).ifPresent(message::setFollows);
        return message.build();
    }

    static MergeChange change(MergeChangeMessage message, Relation relation) {
        return new MergeChange(
                relation,
                ShardId.of(message.getShard()),
                message.getDeleted(),
                version(message.getVersion()),
                message.hasFollows() ? Optional.of(version(message.getFollows())) : Optional.empty(),
                RecordCodec.values(message.getRow()));
    }

    private static VersionMessage version(Version version) {
        return VersionMessage.newBuilder()
                .setClock(version.clock())
                .setRegion(version.region())
                .build();
    }

    private static Version version(VersionMessage message) {
        return new Version(message.getClock(), message.getRegion());
    }
}
