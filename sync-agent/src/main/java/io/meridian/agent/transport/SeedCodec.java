package io.meridian.agent.transport;

import io.meridian.agent.record.SeedMark;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.wire.SeedMessage;
import io.meridian.wire.mapping.OwnershipMapper;

/** The part of {@link RecordCodec} that is about shards which are told anew. */
final class SeedCodec {
    private SeedCodec() {}

    static SeedMessage message(SeedMark mark) {
        SeedMark.Attempt of = mark.of();
        SeedMessage.Builder message = SeedMessage.newBuilder()
                .setId(of.id())
                .setAttempt(of.attempt())
                .setShard(of.shard().number())
                .setTarget(of.target().name());
        switch (mark) {
            case SeedMark.Begin begin -> {
                message.setMark(io.meridian.wire.SeedMark.SEED_MARK_BEGIN);
                begin.lineage().forEach(grant -> message.addLineage(OwnershipMapper.toMessage(grant)));
            }
            case SeedMark.Rows rows ->
                message.setMark(io.meridian.wire.SeedMark.SEED_MARK_ROWS).setRows(rows.rows());
            case SeedMark.End end ->
                message.setMark(io.meridian.wire.SeedMark.SEED_MARK_END).setRows(end.rows());
        }
        return message.build();
    }

    static SeedMark mark(SeedMessage message) {
        var of = new SeedMark.Attempt(
                message.getId(),
                message.getAttempt(),
                ShardId.of(message.getShard()),
                RegionId.of(message.getTarget()));
        return switch (message.getMark()) {
            case SEED_MARK_BEGIN ->
                new SeedMark.Begin(
                        of,
                        message.getLineageList().stream()
                                .map(OwnershipMapper::fromMessage)
                                .toList());
            case SEED_MARK_ROWS -> new SeedMark.Rows(of, message.getRows());
            case SEED_MARK_END -> new SeedMark.End(of, message.getRows());
            case SEED_MARK_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalStateException("a mark of " + of + " that this version does not know");
        };
    }
}
