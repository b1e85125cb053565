package io.meridian.agent.feed;

import io.meridian.agent.failover.LossOrders;
import io.meridian.agent.orphan.RevisionOrder;
import io.meridian.agent.parked.ParkedOrder;
import io.meridian.agent.repair.RepairOrder;
import io.meridian.agent.seeding.SeedOrders;
import io.meridian.agent.verify.VerificationWanted;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.StoreLife;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Ownership;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What should hold in this store, as far as it was heard. Immutable.
 *
 * @param revision everything that the control plane decided up to it is in here; 0: nothing was heard yet
 * @param shards by shard, ascending; a shard that is missing was never granted
 * @param partitions P of the group's topics
 * @param seedings empty: not heard since this process began
 * @param lives of the group's stores that began anew
 */
public record DesiredState(
        long revision,
        long generation,
        Map<ShardId, Ownership> shards,
        List<Topology.Table> tables,
        List<Awaited> awaited,
        Set<RegionId> regions,
        int shardCount,
        int partitions,
        Optional<VerificationWanted> verification,
        List<RepairOrder> repairs,
        List<ParkedOrder> parkedOrders,
        LossOrders losses,
        Optional<SeedOrders> seedings,
        Map<RegionId, StoreLife> lives,
        List<RevisionOrder> revisions) {

    public static final DesiredState NOTHING = new DesiredState(
            0, 0, Map.of(), List.of(), List.of(), Set.of(), 0, 0, Optional.empty(), List.of(), List.of());

    /** Where no region is lost. */
    public DesiredState(
            long revision,
            long generation,
            Map<ShardId, Ownership> shards,
            List<Topology.Table> tables,
            List<Awaited> awaited,
            Set<RegionId> regions,
            int shardCount,
            int partitions,
            Optional<VerificationWanted> verification,
            List<RepairOrder> repairs,
            List<ParkedOrder> parkedOrders) {
        this(
                revision,
                generation,
                shards,
                tables,
                awaited,
                regions,
                shardCount,
                partitions,
                verification,
                repairs,
                parkedOrders,
                LossOrders.NONE,
                Optional.empty(),
                Map.of(),
                List.of());
    }

    /** As it is known from a file: that nothing is in it does not say that nothing is asked for. */
    DesiredState withoutSeedings() {
        return new DesiredState(
                revision,
                generation,
                shards,
                tables,
                awaited,
                regions,
                shardCount,
                partitions,
                verification,
                repairs,
                parkedOrders,
                losses,
                Optional.empty(),
                lives,
                revisions);
    }

    /** Tell when everything up to this CLOSE is in this store. */
    public record Awaited(String run, ShardId shard, Base.At close) {}

    /**
     * One message of the feed. What it does not speak of is empty.
     *
     * @param complete it is all there is
     */
    public record View(
            long revision,
            boolean complete,
            long generation,
            Map<ShardId, Ownership> shards,
            List<Topology.Table> tables,
            Optional<List<Awaited>> awaited,
            Set<RegionId> regions,
            int shardCount,
            int partitions,
            boolean verificationChanged,
            Optional<VerificationWanted> verification,
            Optional<List<RepairOrder>> repairs,
            Optional<List<ParkedOrder>> parkedOrders,
            LossOrders.Change losses,
            Optional<SeedOrders> seedings,
            Optional<Map<RegionId, StoreLife>> lives,
            Optional<List<RevisionOrder>> revisions) {}

    /**
     * Views older than what is known are dropped: a node that lags behind the one that was heard before repeats history. A first view must be
     * complete.
     */
    public DesiredState merge(View view) {
        if (view.revision() < revision || (revision == 0 && !view.complete())) {
            return this;
        }
        if (view.complete()) {
            return new DesiredState(
                    view.revision(),
                    view.generation(),
                    new TreeMap<>(view.shards()),
                    view.tables(),
                    view.awaited().orElse(List.of()),
                    view.regions(),
                    view.shardCount(),
                    view.partitions(),
                    view.verification(),
                    view.repairs().orElse(List.of()),
                    view.parkedOrders().orElse(List.of()),
                    LossOrders.NONE.with(view.losses()),
                    view.seedings().or(() -> Optional.of(SeedOrders.NONE)),
                    view.lives().orElse(Map.of()),
                    view.revisions().orElse(List.of()));
        }
        Map<ShardId, Ownership> merged = shards;
        if (!view.shards().isEmpty()) {
            merged = new TreeMap<>(shards);
            merged.putAll(view.shards());
        }
        return new DesiredState(
                view.revision(),
                view.generation(),
                merged,
                view.tables().isEmpty() ? tables : view.tables(),
                view.awaited().orElse(awaited),
                regions,
                shardCount,
                partitions,
                view.verificationChanged() ? view.verification() : verification,
                view.repairs().orElse(repairs),
                view.parkedOrders().orElse(parkedOrders),
                losses.with(view.losses()),
                view.seedings().or(() -> seedings),
                view.lives().orElse(lives),
                view.revisions().orElse(revisions));
    }

    /** A sign of life, or a decision about somebody else. */
    public boolean sameButForRevision(DesiredState before) {
        return changedSince(before).isEmpty()
                && shards.size() == before.shards.size()
                && generation == before.generation
                && tables.equals(before.tables)
                && regions.equals(before.regions)
                && lives.equals(before.lives)
                && losses.unclean().equals(before.losses.unclean())
                && shardCount == before.shardCount
                && partitions == before.partitions;
    }

    public Set<ShardId> awaitedShards() {
        return awaited.isEmpty()
                ? Set.of()
                : awaited.stream().map(Awaited::shard).collect(Collectors.toSet());
    }

    /** Shards whose ownership differs from what {@code before} says. */
    public Set<ShardId> changedSince(DesiredState before) {
        if (shards == before.shards) {
            return Set.of();
        }
        Set<ShardId> changed = new HashSet<>();
        shards.forEach((shard, ownership) -> {
            if (!ownership.equals(before.shards.get(shard))) {
                changed.add(shard);
            }
        });
        return changed;
    }
}
