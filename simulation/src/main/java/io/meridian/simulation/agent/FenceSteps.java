package io.meridian.simulation.agent;

import io.meridian.agent.feed.DesiredState;
import io.meridian.agent.fence.FencePlan;
import io.meridian.agent.fence.FenceRow;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Ownership;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** {@code FenceLoop}: brings the fences to the desired state; closing and opening each at their own pace, planned from rows read before. */
final class FenceSteps {
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final long PATIENCE_MICROS = 2_000_000;

    private final Site site;
    private final SimAgent agent;
    private final SortedMap<ShardId, FencePlan.Close> intended = new TreeMap<>();
    private final SortedSet<ShardId> toClose = new TreeSet<>();
    private final SortedSet<ShardId> toOpen = new TreeSet<>();
    private boolean closing;
    private boolean opening;

    FenceSteps(Site site, SimAgent agent) {
        this.site = site;
        this.agent = agent;
    }

    void start() {
        site.machine().every(TICK, () -> {
            toClose.addAll(desired().shards().keySet());
            toOpen.addAll(desired().shards().keySet());
            wake();
        });
    }

    void changed(Collection<ShardId> shards) {
        toClose.addAll(shards);
        toOpen.addAll(shards);
        wake();
    }

    /** Something that openings wait for happened. */
    void advanced(Collection<ShardId> shards) {
        toOpen.addAll(shards);
        wake();
    }

    /** What it last set out to close; for reports that tell intentions. */
    Optional<FencePlan.Close> intended(ShardId shard) {
        return Optional.ofNullable(intended.get(shard));
    }

    private DesiredState desired() {
        return agent.desired();
    }

    private void wake() {
        if (!closing && !toClose.isEmpty()) {
            closing = true;
            site.machine().afterMicros(site.scheduler().delay(200, 2_000), this::close);
        }
        if (!opening && !toOpen.isEmpty()) {
            opening = true;
            site.machine().afterMicros(site.scheduler().delay(200, 2_000), this::open);
        }
    }

    private FencePlan plan(SortedSet<ShardId> shards) {
        SortedMap<ShardId, FenceRow> rows = site.store().fenceRows();
        Map<ShardId, Ownership> wanted = desired().shards();
        List<Ownership> ownerships =
                shards.stream().filter(wanted::containsKey).map(wanted::get).toList();
        return site.rules().plan(site.here(), ownerships, rows);
    }

    private void close() {
        FencePlan plan = plan(toClose);
        toClose.clear();
        plan.closings().forEach(close -> intended.put(close.shard(), close));
        if (!plan.closings().isEmpty()) {
            agent.reporter()
                    .fences(plan.closings().stream().map(FencePlan.Close::shard).toList());
        }
        closings(
                plan.closings(),
                PATIENCE_MICROS,
                () -> raises(plan.raises(), PATIENCE_MICROS, () -> {
                    closing = false;
                    wake();
                }));
    }

    /** Also the lease keeper's. */
    void closings(List<FencePlan.Close> wanted, long patienceMicros, Runnable then) {
        new BatchWriter<>(
                        site,
                        wanted,
                        FencePlan.Close::shard,
                        patienceMicros,
                        items -> {
                            List<FencePlan.Close> closed = site.store().close(site.machine(), items);
                            agent.hashes().before(closed);
                            return closed;
                        },
                        closed -> {
                            agent.reporter()
                                    .fences(closed.stream()
                                            .map(FencePlan.Close::shard)
                                            .toList());
                            advanced(closed.stream().map(FencePlan.Close::shard).toList());
                            then.run();
                        })
                .begin();
    }

    void raises(List<FencePlan.Raise> wanted, long patienceMicros, Runnable then) {
        new BatchWriter<>(
                        site,
                        wanted,
                        FencePlan.Raise::shard,
                        patienceMicros,
                        items -> site.store().raise(site.machine(), items),
                        raised -> {
                            agent.reporter()
                                    .fences(raised.stream()
                                            .map(FencePlan.Raise::shard)
                                            .toList());
                            then.run();
                        })
                .begin();
    }

    private void open() {
        long known = desired().revision();
        FencePlan plan = plan(toOpen);
        toOpen.clear();
        site.store().noteUnclean(plan.openings(), desired().losses().unclean());
        new BatchWriter<>(
                        site,
                        plan.openings(),
                        Ownership.Grant::shard,
                        PATIENCE_MICROS,
                        grants -> {
                            List<Ownership.Grant> opened = site.store().open(site.machine(), grants, known);
                            agent.hashes().after(opened);
                            return opened;
                        },
                        opened -> {
                            agent.reporter()
                                    .fences(opened.stream()
                                            .map(Ownership.Grant::shard)
                                            .toList());
                            opening = false;
                            wake();
                        })
                .begin();
    }
}
