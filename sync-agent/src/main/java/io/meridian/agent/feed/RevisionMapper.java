package io.meridian.agent.feed;

import io.meridian.agent.orphan.RevisionDone;
import io.meridian.agent.orphan.RevisionOrder;
import io.meridian.agent.record.Origin;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import io.meridian.wire.RevisionReport;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.replication.LogSequenceNumber;

/** What people made of decided orphans: orders of the control plane's messages, and what became of them. */
final class RevisionMapper {
    /** As {@code OrphanList} tells it: incarnation/lsn/part. */
    private static final Pattern POSITION = Pattern.compile("(.+)/([0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8})/([0-9]{1,9})");

    private RevisionMapper() {}

    static RevisionOrder fromMessage(io.meridian.wire.RevisionOrder message) {
        return new RevisionOrder(
                message.getId(),
                origin(message),
                Epoch.of(message.getEpoch()),
                switch (message.getVerdict()) {
                    case REVISION_VERDICT_SALVAGE -> RevisionOrder.Wish.SALVAGE;
                    case REVISION_VERDICT_REJECT -> RevisionOrder.Wish.REJECT;
                    case REVISION_VERDICT_UNSPECIFIED, UNRECOGNIZED ->
                        throw new IllegalStateException(
                                "order " + message.getId() + " asks for something that this version does not know");
                },
                message.getOver(),
                message.getBy(),
                message.getReason());
    }

    private static Optional<Origin> origin(io.meridian.wire.RevisionOrder message) {
        Matcher place = POSITION.matcher(message.getPosition());
        if (!place.matches()) {
            return Optional.empty();
        }
        return Optional.of(new Origin(
                RegionId.of(message.getSource()),
                new Position(
                        place.group(1),
                        LogSequenceNumber.valueOf(place.group(2)).asLong(),
                        Integer.parseInt(place.group(3))),
                ShardId.of(message.getShard()),
                message.getIndex()));
    }

    static RevisionReport toMessage(RevisionDone done) {
        return RevisionReport.newBuilder()
                .setId(done.id())
                .setProblem(done.problem())
                .setPresent(done.present())
                .setOver(done.over())
                .build();
    }
}
