package io.meridian.agent.feed;

import io.meridian.agent.parked.ParkedOrder;
import io.meridian.agent.repair.RepairOrder;
import io.meridian.agent.verify.VerificationWanted;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardSet;
import io.meridian.topology.StoreLife;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.wire.AgentView;
import io.meridian.wire.AwaitedClose;
import io.meridian.wire.OwnershipMessage;
import io.meridian.wire.RegionLife;
import io.meridian.wire.RepairRequest;
import io.meridian.wire.VerificationRequest;
import io.meridian.wire.mapping.OwnershipMapper;
import io.meridian.wire.mapping.StorePlaceMapper;
import io.meridian.wire.mapping.TableMapper;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
                message.hasVerification() ? Optional.of(verification(message.getVerification())) : Optional.empty(),
                message.getRepairsChanged() || message.getComplete()
                        ? Optional.of(message.getRepairsList().stream()
                                .map(ViewMapper::repair)
                                .toList())
                        : Optional.empty(),
                message.getParkedOrdersChanged() || message.getComplete()
                        ? Optional.of(message.getParkedOrdersList().stream()
                                .map(ViewMapper::parkedOrder)
                                .toList())
                        : Optional.empty(),
                LossMapper.fromMessage(message),
                message.getSeedingsChanged() || message.getComplete()
                        ? Optional.of(SeedMapper.orders(message))
                        : Optional.empty(),
                lives(message),
                message.getRevisionsChanged() || message.getComplete()
                        ? Optional.of(message.getRevisionsList().stream()
                                .map(RevisionMapper::fromMessage)
                                .toList())
                        : Optional.empty());
    }

    static StoreTold store(AgentView message) {
        return new StoreTold(
                lives(message),
                message.hasStore() ? Optional.of(StorePlaceMapper.fromMessage(message.getStore())) : Optional.empty());
    }

    private static Optional<Map<RegionId, StoreLife>> lives(AgentView message) {
        return message.getLivesChanged() || message.getComplete()
                ? Optional.of(message.getLivesList().stream()
                        .collect(Collectors.toMap(
                                life -> RegionId.of(life.getRegion()),
                                life -> new StoreLife(life.getLife(), life.getLogLost()))))
                : Optional.empty();
    }

    /** Without what is verified, repaired or ordered: that is asked again. What is awaited must be seen before the first write, also by an agent that hears of nobody. */
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
        view.setUncleanChanged(true).setUnclean(ShardSet.write(state.losses().unclean()));
        state.tables().forEach(table -> view.addTables(TableMapper.toMessage(table)));
        state.lives()
                .forEach((region, life) -> view.addLives(RegionLife.newBuilder()
                        .setRegion(region.name())
                        .setLife(life.number())
                        .setLogLost(life.logLost())));
        return view.build();
    }

    private static DesiredState.Awaited awaited(AwaitedClose message) {
        return new DesiredState.Awaited(
                message.getRun(), ShardId.of(message.getShard()), OwnershipMapper.fromMessage(message.getClose()));
    }

    private static VerificationWanted verification(VerificationRequest message) {
        return new VerificationWanted(
                message.getId(),
                message.getRound(),
                message.getShardsList().stream().map(ShardId::of).toList(),
                message.getTablesList(),
                switch (message.getStage()) {
                    case VERIFICATION_STAGE_UNSPECIFIED -> new VerificationWanted.Stage.Shards();
                    case VERIFICATION_STAGE_BUCKETS -> new VerificationWanted.Stage.Buckets();
                    case VERIFICATION_STAGE_ROWS -> rows(message);
                    case UNRECOGNIZED ->
                        throw new IllegalStateException("verification " + message.getId()
                                + " asks for something that this version does not know");
                });
    }

    private static VerificationWanted.Stage rows(VerificationRequest message) {
        Map<ShardId, Set<Integer>> buckets = new TreeMap<>();
        message.getBucketsList()
                .forEach(asked -> buckets.put(ShardId.of(asked.getShard()), Set.copyOf(asked.getBucketsList())));
        return new VerificationWanted.Stage.Rows(buckets);
    }

    private static RepairOrder repair(RepairRequest message) {
        return new RepairOrder(
                message.getId(),
                ShardId.of(message.getShard()),
                Epoch.of(message.getEpoch()),
                message.getKeysList().stream()
                        .map(key -> new RepairOrder.Key(key.getTable(), key.getKey()))
                        .toList(),
                message.getTablesList());
    }

    private static ParkedOrder parkedOrder(io.meridian.wire.ParkedOrder message) {
        return new ParkedOrder(
                message.getId(),
                RegionId.of(message.getSource()),
                ShardId.of(message.getShard()),
                message.getPosition(),
                switch (message.getAction()) {
                    case PARKED_ACTION_SKIP -> new ParkedOrder.Action.Skip(message.getBy(), message.getReason());
                    case PARKED_ACTION_RETRY -> new ParkedOrder.Action.Retry();
                    case PARKED_ACTION_UNSPECIFIED, UNRECOGNIZED ->
                        throw new IllegalStateException(
                                "order " + message.getId() + " asks for something that this version does not know");
                });
    }
}
