package io.meridian.simulation.agent;

import io.meridian.agent.failover.LossOrders;
import io.meridian.conflict.ShardHead;
import io.meridian.simulation.store.Topics;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** {@code MissingBases} and {@code RescuePuller}: what a silent region can give no more comes from the copy logs of the others. */
final class RescueSteps {
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final long PATIENCE_MICROS = 1_000_000;
    private static final long SILENCE_MICROS = 2_000_000;

    private record Missing(Base.At base, long sinceMicros) {}

    private final Site site;
    private final SimAgent agent;
    private final List<PullSteps> pullers;
    private final SortedMap<ShardId, Missing> missing = new TreeMap<>();
    private final SortedMap<ShardId, RegionId> holders = new TreeMap<>();

    RescueSteps(Site site, SimAgent agent, List<PullSteps> pullers) {
        this.site = site;
        this.agent = agent;
        this.pullers = pullers;
    }

    void start() {
        site.machine().every(LOOK, this::look);
    }

    /** An OPEN waits for it. */
    void awaited(ShardId shard, Base.At base) {
        Missing known = missing.get(shard);
        if (known == null || !known.base().equals(base)) {
            missing.put(shard, new Missing(base, site.machine().clockMicros()));
        }
    }

    private void look() {
        for (LossOrders.Gather gather : agent.desired().losses().gathers()) {
            gather.cut().ifPresent(cut -> {
                if (cut.base() instanceof Base.At base && !isIn(gather.shard(), base)) {
                    awaited(gather.shard(), base);
                    holders.put(gather.shard(), cut.holder());
                }
            });
        }
        missing.entrySet().removeIf(each -> isIn(each.getKey(), each.getValue().base()));
        long now = site.machine().clockMicros();
        missing.forEach((shard, one) -> {
            if (now - one.sinceMicros() >= PATIENCE_MICROS
                    && silent(one.base().region())
                    && !one.base().region().equals(site.here())) {
                rescue(one.base().region(), shard.partition(site.partitions()), holders.get(shard));
            }
        });
    }

    private boolean isIn(ShardId shard, Base.At base) {
        return site.store().head(shard) instanceof ShardHead.At at
                && (at.epoch().isAbove(base.epoch())
                        || (at.epoch().equals(base.epoch())
                                && at.position().lsn() >= base.position().lsn()));
    }

    private boolean silent(RegionId source) {
        return pullers.stream()
                .anyMatch(puller -> puller.source().equals(source) && puller.silenceMicros() >= SILENCE_MICROS);
    }

    private void rescue(RegionId source, int partition, @org.jspecify.annotations.Nullable RegionId holder) {
        var others = new ArrayList<RegionId>();
        Optional.ofNullable(holder).ifPresent(others::add);
        others.addAll(site.topics().keySet());
        for (RegionId other : others) {
            if (!other.equals(source)
                    && !other.equals(site.here())
                    && site.links().up(other, site.here())
                    && append(source, partition, other)) {
                return;
            }
        }
    }

    /** Without a hole. @return whether there was more */
    private boolean append(RegionId source, int partition, RegionId from) {
        List<Topics.Copied> own = site.own().copy(source, partition);
        int expected = own.isEmpty() ? 0 : own.getLast().sourceOffset() + 1;
        boolean more = false;
        for (Topics.Copied copied : List.copyOf(site.topics(from).copy(source, partition))) {
            if (copied.sourceOffset() == expected && site.own().append(source, copied)) {
                expected++;
                more = true;
            }
        }
        if (more) {
            site.log("what " + source + " does not give comes from " + from);
            agent.looksAgain();
        }
        return more;
    }
}
