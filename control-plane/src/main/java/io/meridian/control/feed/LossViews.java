package io.meridian.control.feed;

import io.meridian.control.failover.Loss;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.Plan;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.SwitchState;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardRange;
import io.meridian.topology.ShardSet;
import io.meridian.topology.StoreId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Ownership;
import io.meridian.wire.AwaitedClose;
import io.meridian.wire.AwaitedTail;
import io.meridian.wire.GatherRequest;
import io.meridian.wire.mapping.OwnershipMapper;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** The part of an agent's view that is there because a region was lost. Pure. */
final class LossViews {
    private LossViews() {}

    /** Of every region alike: the lost one answers, too, once it is back. Ascending by shard. */
    static List<GatherRequest> gathers(ControlState state, ShardRange own) {
        var gathers = new ArrayList<GatherRequest>();
        for (Run run : state.activeRuns()) {
            switch (run.state().underlying()) {
                case SwitchState.Gathering gathering -> {
                    for (Plan.ShardMove move : run.presentWave().moves()) {
                        request(state, own, run, gathering.attempt(), move.shard())
                                .ifPresent(request -> gathers.add(request.build()));
                    }
                }
                case SwitchState.Aligning aligning -> {
                    for (Plan.ShardMove move : run.presentWave().moves()) {
                        request(state, own, run, aligning.attempt(), move.shard())
                                .ifPresent(request -> gathers.add(decided(request, aligning, move.shard())));
                    }
                }
                default -> {}
            }
        }
        gathers.sort(Comparator.comparingInt(GatherRequest::getShard));
        return gathers;
    }

    private static Optional<GatherRequest.Builder> request(
            ControlState state, ShardRange own, Run run, int attempt, ShardId shard) {
        return own.holds(shard)
                        && state.shard(shard).ownership() instanceof Ownership.Withdrawal withdrawal
                        && withdrawal.run().equals(run.id())
                ? Optional.of(GatherRequest.newBuilder()
                        .setRun(run.id())
                        .setAttempt(attempt)
                        .setShard(shard.number())
                        .setSource(withdrawal.withdrawn().owner().name())
                        .setEpoch(withdrawal.withdrawn().epoch().number())
                        .setWithdrawal(withdrawal.epoch().number()))
                : Optional.empty();
    }

    private static GatherRequest decided(GatherRequest.Builder request, SwitchState.Aligning aligning, ShardId shard) {
        request.setDecided(true);
        if (aligning.cuts().get(shard) instanceof Base.At at) {
            request.setCut(OwnershipMapper.toMessage(at));
        }
        Optional.ofNullable(aligning.holders().get(shard)).ifPresent(holder -> request.setHolder(holder.name()));
        return request.build();
    }

    static String unclean(ControlState state, ShardRange own) {
        SortedSet<ShardId> all = new TreeSet<>(state.losses().unclean());
        all.removeIf(shard -> !own.holds(shard));
        return all.isEmpty() ? "" : ShardSet.write(all);
    }

    /** Of shards that {@code region} owns, from stores that are back with their fences closed. */
    static List<AwaitedTail> tails(ControlState state, RegionId region, ShardRange own) {
        var tails = new ArrayList<AwaitedTail>();
        state.losses()
                .stores()
                .forEach((store, loss) -> loss.cuts().forEach((shard, cut) -> {
                    if (own.holds(shard) && !cut.done() && owns(state, region, shard)) {
                        cut.tail()
                                .ifPresent(close -> tails.add(AwaitedTail.newBuilder()
                                        .setShard(shard.number())
                                        .setSource(store.region().name())
                                        .setClose(OwnershipMapper.toMessage(close))
                                        .build()));
                    }
                }));
        tails.sort(Comparator.comparingInt(AwaitedTail::getShard));
        return tails;
    }

    private static boolean owns(ControlState state, RegionId region, ShardId shard) {
        return state.shard(shard).ownership() instanceof Ownership.Grant grant
                && grant.owner().equals(region);
    }

    /** What a store that was lost has to come to: its successors' OPENs. */
    static List<AwaitedClose> returning(ControlState state, RegionId region, String group) {
        var awaited = new ArrayList<AwaitedClose>();
        Optional<StoreId> store =
                state.declared().map(declared -> declared.topology().store(region, group));
        Optional<Loss> lost = store.flatMap(id -> state.losses().of(id));
        lost.ifPresent(loss -> loss.cuts().forEach((shard, cut) -> {
            if (!cut.aligned()) {
                cut.openedAt()
                        .ifPresent(at -> awaited.add(AwaitedClose.newBuilder()
                                .setRun(loss.run())
                                .setShard(shard.number())
                                .setClose(OwnershipMapper.toMessage(new Base.At(cut.owner(), cut.successor(), at)))
                                .build()));
            }
        }));
        return awaited;
    }
}
