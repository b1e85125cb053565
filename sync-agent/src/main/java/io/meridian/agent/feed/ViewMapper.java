package io.meridian.agent.feed;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Ownership;
import io.meridian.wire.AgentView;
import io.meridian.wire.AwaitedClose;
import io.meridian.wire.OwnershipMessage;
import io.meridian.wire.VerificationRequest;
import io.meridian.wire.mapping.OwnershipMapper;
import io.meridian.wire.mapping.TableMapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** {@link AgentView} to {@link DesiredState.View}, and a whole state back, for the file. */
public final class ViewMapper {
    private ViewMapper() {}

    /**
     * All of the message or nothing: the revision says that everything up to it is known, and a lease is written on the strength of that.
     *
     * @throws IllegalStateException something in it is of a kind that this version does not know
     */
    public static DesiredState.View fromMessage(AgentView message, String group) {
        Map<ShardId, Ownership> shards = new TreeMap<>();
        for (OwnershipMessage ownership : message.getShardsList()) {
            Ownership known = OwnershipMapper.fromMessage(ownership)
                    .orElseThrow(() -> new IllegalStateException("revision " + message.getRevision()
                            + " has an ownership of a kind that this version does not know"));
            shards.put(known.shard(), known);
        }
        return new DesiredState.View(
                message.getRevision(),
                message.getComplete(),
                message.getGeneration(),
                shards,
                message.getTablesList().stream()
                        .map(table -> TableMapper.fromMessage(table, group))
                        .toList(),
                message.getAwaitedChanged() || message.getComplete()
                        ? Optional.of(message.getAwaitedList().stream()
                                .map(ViewMapper::awaited)
                                .toList())
                        : Optional.empty(),
                message.getRegionsList().stream().map(RegionId::of).collect(Collectors.toSet()),
                message.getShardCount(),
                message.getPartitions(),
                message.getVerificationChanged() || message.getComplete(),
                message.hasVerification() ? Optional.of(verification(message.getVerification())) : Optional.empty());
    }

    /** Without what is verified: that is asked again. What is awaited must be seen before the first write, also by an agent that hears of nobody. */
    static AgentView toMessage(DesiredState state) {
        AgentView.Builder view = AgentView.newBuilder()
                .setRevision(state.revision())
                .setComplete(true)
                .setGeneration(state.generation())
                .setShardCount(state.shardCount())
                .setPartitions(state.partitions());
        state.shards().values().forEach(ownership -> view.addShards(OwnershipMapper.toMessage(ownership)));
        state.regions().stream().sorted().forEach(region -> view.addRegions(region.name()));
        state.awaited()
                .forEach(awaited -> view.addAwaited(AwaitedClose.newBuilder()
                        .setRun(awaited.run())
                        .setShard(awaited.shard().number())
                        .setClose(OwnershipMapper.toMessage(awaited.close()))));
        state.tables().forEach(table -> view.addTables(TableMapper.toMessage(table)));
        return view.build();
    }

    private static DesiredState.Awaited awaited(AwaitedClose message) {
        return new DesiredState.Awaited(
                message.getRun(), ShardId.of(message.getShard()), OwnershipMapper.fromMessage(message.getClose()));
    }

    private static DesiredState.Verification verification(VerificationRequest message) {
        List<ShardId> shards = message.getShardsList().stream().map(ShardId::of).toList();
        return new DesiredState.Verification(message.getId(), message.getRound(), shards);
    }
}
