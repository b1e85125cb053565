package io.meridian.control.feed;

import io.meridian.control.repair.Repair;
import io.meridian.control.repair.RepairDecider;
import io.meridian.control.seeding.Seeding;
import io.meridian.control.seeding.SeedingSteps;
import io.meridian.control.seeding.ShardSeeding;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RegionLease;
import io.meridian.control.state.ShardState;
import io.meridian.control.switching.Plan;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.SwitchState;
import io.meridian.control.verify.Verification;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardRange;
import io.meridian.topology.StoreId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Base;
import io.meridian.wire.AgentView;
import io.meridian.wire.AwaitedClose;
import io.meridian.wire.AwaitedTail;
import io.meridian.wire.GatherRequest;
import io.meridian.wire.OwnershipMessage;
import io.meridian.wire.ParkedAction;
import io.meridian.wire.ParkedOrder;
import io.meridian.wire.RegionLife;
import io.meridian.wire.RepairRequest;
import io.meridian.wire.RevisionOrder;
import io.meridian.wire.RevisionVerdict;
import io.meridian.wire.RowKey;
import io.meridian.wire.SeedRequest;
import io.meridian.wire.ShardBuckets;
import io.meridian.wire.VerificationRequest;
import io.meridian.wire.VerificationStage;
import io.meridian.wire.mapping.OwnershipMapper;
import io.meridian.wire.mapping.StorePlaceMapper;
import io.meridian.wire.mapping.TableMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What an agent of one region and store group is told: everything at first, then whole items that changed between two states. Pure. */
public final class AgentViews {
    private final RegionId region;
    private final String group;

    public AgentViews(RegionId region, String group) {
        this.region = region;
        this.group = group;
    }

    /**
     * @param told the state that the agent was last told; empty: nothing yet
     * @return a message in any case: with nothing in it but the revision it is a sign of life
     */
    public AgentView view(Optional<ControlState> told, ControlState state) {
        var view = AgentView.newBuilder().setRevision(state.revision().number());
        state.lease(region, group).ifPresent(lease -> view.setGeneration(lease.generation()));
        Optional<Topology.StoreGroup> own =
                state.declared().flatMap(declared -> declared.topology().storeGroup(group));
        if (own.isEmpty()) {
            return view.build();
        }
        Topology topology = state.declared().orElseThrow().topology();
        ShardRange range = own.get().range(topology.shards());
        boolean complete = told.isEmpty() || !told.get().declared().equals(state.declared());
        if (complete) {
            everything(view, topology, own.get());
            state.lease(region, group)
                    .flatMap(RegionLease::store)
                    .map(StorePlaceMapper::toMessage)
                    .ifPresent(view::setStore);
        }
        List<RegionLife> lives = lives(state);
        if (complete || !lives.equals(lives(told.get()))) {
            view.setLivesChanged(true).addAllLives(lives);
        }
        state.shards().stream()
                .filter(shard -> range.holds(shard.shard()))
                .filter(shard -> complete || changed(told.get(), shard))
                .forEach(shard -> view.addShards(message(shard)));
        List<AwaitedClose> awaited = awaited(state, range);
        if (complete || !awaited.equals(awaited(told.get(), range))) {
            view.setAwaitedChanged(true).addAllAwaited(awaited);
        }
        Optional<VerificationRequest> verification = verification(state, range);
        if (complete || !verification.equals(verification(told.get(), range))) {
            view.setVerificationChanged(true);
            verification.ifPresent(view::setVerification);
        }
        List<RepairRequest> repairs = repairs(state, range);
        if (complete || !repairs.equals(repairs(told.get(), range))) {
            view.setRepairsChanged(true).addAllRepairs(repairs);
        }
        List<ParkedOrder> orders = orders(state);
        if (complete || !orders.equals(orders(told.get()))) {
            view.setParkedOrdersChanged(true).addAllParkedOrders(orders);
        }
        List<RevisionOrder> revisions = revisions(state);
        if (complete || !revisions.equals(revisions(told.get()))) {
            view.setRevisionsChanged(true).addAllRevisions(revisions);
        }
        List<GatherRequest> gathers = LossViews.gathers(state, range);
        if (complete || !gathers.equals(LossViews.gathers(told.get(), range))) {
            view.setGathersChanged(true).addAllGathers(gathers);
        }
        String unclean = LossViews.unclean(state, range);
        if (complete || !unclean.equals(LossViews.unclean(told.get(), range))) {
            view.setUncleanChanged(true).setUnclean(unclean);
        }
        List<AwaitedTail> tails = LossViews.tails(state, region, range);
        if (complete || !tails.equals(LossViews.tails(told.get(), region, range))) {
            view.setTailsChanged(true).addAllTails(tails);
        }
        List<SeedRequest> seedings = seedings(state, range);
        boolean unseeded = unseeded(state);
        if (complete || !seedings.equals(seedings(told.get(), range)) || unseeded != unseeded(told.get())) {
            view.setSeedingsChanged(true).addAllSeedings(seedings).setUnseeded(unseeded);
        }
        return view.build();
    }

    private static void everything(AgentView.Builder view, Topology topology, Topology.StoreGroup own) {
        view.setComplete(true).setShardCount(topology.shards()).setPartitions(own.partitions());
        topology.regions().forEach(member -> view.addRegions(member.id().name()));
        topology.tables().forEach(table -> view.addTables(TableMapper.toMessage(table)));
    }

    /** Of the group's stores that began anew. */
    private List<RegionLife> lives(ControlState state) {
        return state.leases().keySet().stream()
                .map(StoreId::region)
                .distinct()
                .flatMap(member -> state.lease(member, group).stream())
                .filter(lease -> lease.life() > 1)
                .map(lease -> RegionLife.newBuilder()
                        .setRegion(lease.region().name())
                        .setLife(lease.life())
                        .setLogLost(lease.logLost())
                        .build())
                .toList();
    }

    private static boolean changed(ControlState told, ShardState shard) {
        ShardState before = told.shard(shard.shard());
        return before != shard && !before.ownership().equals(shard.ownership());
    }

    private static OwnershipMessage message(ShardState shard) {
        return OwnershipMapper.toMessage(shard.ownership());
    }

    /** The closes that this region, as a new owner, has to have applied; those that are not known yet come later. */
    private List<AwaitedClose> awaited(ControlState state, ShardRange own) {
        var awaited = new ArrayList<AwaitedClose>();
        for (Run run : state.activeRuns()) {
            SortedMap<ShardId, Base> closes = closes(run.state().underlying());
            if (closes.isEmpty()) {
                continue;
            }
            // A wave's moves are in ascending order of shards, so this is too.
            for (Plan.ShardMove move : run.presentWave().moves()) {
                if (own.holds(move.shard())
                        && run.plan().target(move).region().equals(region)
                        && closes.get(move.shard()) instanceof Base.At at) {
                    awaited.add(AwaitedClose.newBuilder()
                            .setRun(run.id())
                            .setShard(move.shard().number())
                            .setClose(OwnershipMapper.toMessage(at))
                            .build());
                }
            }
        }
        awaited.addAll(LossViews.returning(state, region, group));
        return awaited;
    }

    private static SortedMap<ShardId, Base> closes(SwitchState state) {
        return switch (state) {
            case SwitchState.Fencing fencing -> fencing.closes();
            case SwitchState.CatchingUp catching -> catching.closes();
            case SwitchState.Activated activated -> activated.closes();
            case SwitchState.Aligning aligning -> aligning.cuts();
            default -> new TreeMap<>(Map.of());
        };
    }

    /** Of shards that are this region's still. */
    private List<RepairRequest> repairs(ControlState state, ShardRange own) {
        return state.repairs().running().stream()
                .flatMap(repair -> repair.pending()
                        .filter(shard -> shard.owner().equals(region)
                                && own.holds(shard.shard())
                                && !RepairDecider.movedOn(state, shard))
                        .map(shard -> request(repair, shard)))
                .toList();
    }

    private static RepairRequest request(Repair repair, Repair.ShardRepair shard) {
        return RepairRequest.newBuilder()
                .setId(repair.id())
                .setShard(shard.shard().number())
                .setEpoch(shard.epoch().number())
                .addAllKeys(shard.keys().stream()
                        .map(key -> RowKey.newBuilder()
                                .setTable(key.table())
                                .setKey(key.key())
                                .build())
                        .toList())
                .addAllTables(repair.tables())
                .build();
    }

    /** Of shards that this region tells or takes, as long as the attempt is of their owner's epoch. */
    private List<SeedRequest> seedings(ControlState state, ShardRange own) {
        return state.seedings()
                .running()
                .flatMap(seeding -> seeding.active()
                        .filter(shard ->
                                seeding.region().equals(region) || shard.owner().equals(region))
                        .filter(shard -> own.holds(shard.shard()) && !SeedingSteps.movedOn(state, shard))
                        .map(shard -> request(seeding, shard)))
                .toList();
    }

    private boolean unseeded(ControlState state) {
        return state.lease(region, group).map(RegionLease::data).orElse(RegionLease.Data.RECONCILED)
                == RegionLease.Data.UNSEEDED;
    }

    private static SeedRequest request(Seeding seeding, ShardSeeding shard) {
        return SeedRequest.newBuilder()
                .setId(seeding.id())
                .setAttempt(shard.attempt())
                .setShard(shard.shard().number())
                .setTarget(seeding.region().name())
                .setOwner(shard.owner().name())
                .setEpoch(shard.epoch().number())
                .setPrepared(shard.phase() != ShardSeeding.Phase.PREPARING)
                .build();
    }

    private List<ParkedOrder> orders(ControlState state) {
        return state.parkedOrders()
                .pending(region, group)
                .map(order -> ParkedOrder.newBuilder()
                        .setId(order.id())
                        .setSource(order.source().name())
                        .setShard(order.shard().number())
                        .setPosition(order.position())
                        .setAction(
                                switch (order.action()) {
                                    case SKIP -> ParkedAction.PARKED_ACTION_SKIP;
                                    case RETRY -> ParkedAction.PARKED_ACTION_RETRY;
                                })
                        .setBy(order.by())
                        .setReason(order.reason())
                        .build())
                .toList();
    }

    private List<RevisionOrder> revisions(ControlState state) {
        return state.revisionOrders()
                .pending(region, group)
                .map(order -> RevisionOrder.newBuilder()
                        .setId(order.id())
                        .setSource(order.orphan().source().name())
                        .setPosition(order.orphan().position())
                        .setShard(order.orphan().shard().number())
                        .setIndex(order.orphan().index())
                        .setVerdict(
                                switch (order.verdict()) {
                                    case SALVAGE -> RevisionVerdict.REVISION_VERDICT_SALVAGE;
                                    case REJECT -> RevisionVerdict.REVISION_VERDICT_REJECT;
                                })
                        .setEpoch(order.epoch().number())
                        .setOver(order.over())
                        .setBy(order.by())
                        .setReason(order.reason())
                        .build())
                .toList();
    }

    /** A later round may ask for shards of other groups only. */
    private static Optional<VerificationRequest> verification(ControlState state, ShardRange own) {
        return state.runningVerification()
                .flatMap(running -> running.phase() instanceof Verification.Phase.Asking asking
                        ? Optional.of(request(running, asking, own))
                        : Optional.empty())
                .filter(request -> request.getShardsCount() > 0);
    }

    private static VerificationRequest request(Verification running, Verification.Phase.Asking asking, ShardRange own) {
        var request = VerificationRequest.newBuilder()
                .setId(running.id())
                .setRound(running.round())
                .addAllShards(asking.asked().stream()
                        .filter(own::holds)
                        .map(ShardId::number)
                        .toList())
                .addAllTables(running.scope().tables());
        switch (asking) {
            case Verification.Phase.Hashing _ -> {}
            case Verification.Phase.Bucketing _ -> request.setStage(VerificationStage.VERIFICATION_STAGE_BUCKETS);
            case Verification.Phase.Rowing rowing -> {
                request.setStage(VerificationStage.VERIFICATION_STAGE_ROWS);
                rowing.buckets().forEach((shard, buckets) -> {
                    if (own.holds(shard)) {
                        request.addBuckets(ShardBuckets.newBuilder()
                                .setShard(shard.number())
                                .addAllBuckets(buckets.numbers()));
                    }
                });
            }
        }
        return request.build();
    }
}
