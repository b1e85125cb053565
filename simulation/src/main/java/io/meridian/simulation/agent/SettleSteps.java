package io.meridian.simulation.agent;

import io.meridian.agent.failover.LossOrders;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code Settling}: tells of which shards all that a lost region had came here and was decided, and when shards are clean again. */
final class SettleSteps {
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Site site;
    private final SimAgent agent;
    private List<LossOrders.Tail> settled = List.of();

    SettleSteps(Site site, SimAgent agent) {
        this.site = site;
        this.agent = agent;
    }

    void start() {
        site.machine().every(LOOK, this::look);
    }

    List<LossOrders.Tail> settled() {
        return settled;
    }

    private void look() {
        LossOrders orders = agent.desired().losses();
        List<LossOrders.Tail> now = orders.tails().stream()
                .filter(tail -> site.store().isSettled(tail, tail.shard().partition(site.partitions())))
                .toList();
        if (!now.equals(settled)) {
            settled = now;
            agent.reporter().wake();
        }
        Map<ShardId, Epoch> granted = new TreeMap<>();
        agent.desired()
                .shards()
                .forEach((shard, ownership) -> granted.put(
                        shard,
                        switch (ownership) {
                            case Ownership.Grant grant -> grant.epoch();
                            case Ownership.Withdrawal withdrawal ->
                                withdrawal.withdrawn().epoch();
                        }));
        site.store().clean(orders.unclean(), granted);
    }
}
