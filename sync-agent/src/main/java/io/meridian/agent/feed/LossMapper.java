package io.meridian.agent.feed;

import io.meridian.agent.failover.GatherAnswer;
import io.meridian.agent.failover.LossOrders;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardSet;
import io.meridian.topology.ownership.Epoch;
import io.meridian.wire.AgentView;
import io.meridian.wire.AwaitedTail;
import io.meridian.wire.GatherRequest;
import io.meridian.wire.TailReport;
import io.meridian.wire.mapping.OwnershipMapper;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The part of {@link ViewMapper} and {@link ReportMapper} that is about regions that were lost. */
public final class LossMapper {
    private LossMapper() {}

    static LossOrders.Change fromMessage(AgentView message) {
        boolean complete = message.getComplete();
        return new LossOrders.Change(
                message.getGathersChanged() || complete
                        ? Optional.of(message.getGathersList().stream()
                                .map(LossMapper::gather)
                                .toList())
                        : Optional.empty(),
                message.getUncleanChanged() || complete ? Optional.of(shards(message.getUnclean())) : Optional.empty(),
                message.getTailsChanged() || complete
                        ? Optional.of(message.getTailsList().stream()
                                .map(LossMapper::tail)
                                .toList())
                        : Optional.empty());
    }

    public static io.meridian.wire.GatherAnswer toMessage(GatherAnswer answer) {
        var message = io.meridian.wire.GatherAnswer.newBuilder()
                .setRun(answer.run())
                .setAttempt(answer.attempt())
                .setShard(answer.shard().number())
                .setClosed(answer.closed())
                .setHeartbeatMicros(answer.heartbeatMicros())
                .setProblem(answer.problem());
        OwnershipMapper.toOptionalMessage(answer.head()).ifPresent(message::setHead);
        return message.build();
    }

    public static TailReport toMessage(LossOrders.Tail settled) {
        return TailReport.newBuilder()
                .setShard(settled.shard().number())
                .setSource(settled.source().name())
                .setClose(OwnershipMapper.toMessage(settled.close()))
                .build();
    }

    private static LossOrders.Gather gather(GatherRequest message) {
        return new LossOrders.Gather(
                message.getRun(),
                message.getAttempt(),
                ShardId.of(message.getShard()),
                RegionId.of(message.getSource()),
                Epoch.of(message.getEpoch()),
                Epoch.of(message.getWithdrawal()),
                message.getDecided()
                        ? Optional.of(new LossOrders.Cut(
                                OwnershipMapper.fromOptionalMessage(message.hasCut(), message.getCut()),
                                RegionId.of(message.getHolder())))
                        : Optional.empty());
    }

    private static LossOrders.Tail tail(AwaitedTail message) {
        return new LossOrders.Tail(
                ShardId.of(message.getShard()),
                RegionId.of(message.getSource()),
                OwnershipMapper.fromMessage(message.getClose()));
    }

    /** As {@link ShardSet} writes them. */
    private static Set<ShardId> shards(String text) {
        if (text.isEmpty()) {
            return Set.of();
        }
        return switch (ShardSet.read(text, Integer.MAX_VALUE)) {
            case ShardSet.Reading.Read read -> new HashSet<>(read.shards());
            case ShardSet.Reading.Refused refused ->
                throw new IllegalStateException("the view's unclean shards cannot be read: " + refused.why());
        };
    }
}
