package io.meridian.agent.stream;

import io.meridian.agent.repair.RepairOrder;
import io.meridian.agent.repair.Repairer;
import io.meridian.agent.seeding.SeedOrder;
import io.meridian.agent.seeding.SeedOrders;
import io.meridian.agent.seeding.SeedTold;
import io.meridian.agent.store.StoreAccess;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What a control plane does about shards that are to be copied anew: it asks both sides, lets the owner begin once the target is prepared, has missed rows told
 * once more, and asks again after a failure.
 */
final class SeedingRun {
    /** One side, wherever its data path runs. */
    record Side(RegionId region, Consumer<List<SeedOrder>> ask, Supplier<List<SeedTold>> told) {
        static Side of(TestRegion region) {
            return new Side(
                    region.id,
                    orders -> region.seedings = Optional.of(SeedOrders.of(orders)),
                    () -> region.path().seedings());
        }
    }

    private final String id;
    private final TestRegion ownerStore;
    private final Side owner;
    private final Side target;
    private final long epoch;
    private final Map<Integer, Integer> attempts = new TreeMap<>();
    private final Set<Integer> prepared = new HashSet<>();
    private final Set<Integer> done = new HashSet<>();
    final List<String> failures = new ArrayList<>();
    final Set<SeedTold.Missed> missed = new HashSet<>();

    SeedingRun(String id, TestRegion ownerStore, Side owner, Side target, long epoch, Collection<Integer> shards) {
        this.id = id;
        this.ownerStore = ownerStore;
        this.owner = owner;
        this.target = target;
        this.epoch = epoch;
        shards.forEach(shard -> attempts.put(shard, 1));
    }

    /** Until all are whole; then nothing is asked for any more. */
    SeedingRun toTheEnd() {
        Awaiting.await(
                id + " is done",
                180,
                this::step,
                () -> attempts + " done " + done + " failures " + failures + " target "
                        + target.told().get() + " owner " + owner.told().get());
        end();
        return this;
    }

    void end() {
        owner.ask().accept(List.of());
        target.ask().accept(List.of());
    }

    /** @return whether all are whole */
    boolean step() throws Exception {
        List<SeedOrder> orders = orders();
        owner.ask().accept(orders);
        target.ask().accept(orders);
        for (SeedTold told : target.told().get()) {
            take(told);
        }
        for (SeedTold told : owner.told().get()) {
            take(told);
        }
        return done.containsAll(attempts.keySet());
    }

    List<SeedOrder> orders() {
        List<SeedOrder> orders = new ArrayList<>();
        attempts.forEach((shard, attempt) -> orders.add(new SeedOrder(
                id,
                attempt,
                ShardId.of(shard),
                target.region(),
                owner.region(),
                Epoch.of(epoch),
                prepared.contains(shard))));
        return orders;
    }

    private void take(SeedTold told) throws Exception {
        int shard = told.shard().number();
        if (!told.id().equals(id) || told.attempt() != attempts.getOrDefault(shard, 0)) {
            return;
        }
        switch (told.state()) {
            case PREPARED -> prepared.add(shard);
            case DONE -> done.add(shard);
            case FAILED -> {
                failures.add(told.problem());
                prepared.remove(shard);
                attempts.merge(shard, 1, Integer::sum);
            }
            case RECEIVING -> {
                if (!told.missed().isEmpty()) {
                    missed.addAll(told.missed());
                    repair(told);
                }
            }
            case TELLING, TOLD -> {}
        }
    }

    private void repair(SeedTold told) throws Exception {
        var access = new StoreAccess(ownerStore.store.url(), "meridian_agent", ownerStore.store.password());
        try (Connection store = access.open("repair")) {
            new Repairer(store, Duration.ofSeconds(3), TestRegion.TABLES)
                    .repair(new RepairOrder(
                            "rp-" + id,
                            told.shard(),
                            Epoch.of(epoch),
                            told.missed().stream()
                                    .map(one -> new RepairOrder.Key(one.table(), one.key()))
                                    .toList(),
                            List.of()));
        }
    }
}
