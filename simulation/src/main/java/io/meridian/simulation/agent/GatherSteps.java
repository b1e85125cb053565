package io.meridian.simulation.agent;

import io.meridian.agent.failover.GatherAnswer;
import io.meridian.agent.failover.LossOrders;
import io.meridian.agent.store.FrozenShards;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Ownership;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@code Gatherer}: freezes shards whose owner is lost, tells where their heads stand, later lets them go on to the cut. */
final class GatherSteps {
    private static final Duration LOOK = Duration.ofMillis(250);

    private final Site site;
    private final SimAgent agent;
    private final List<GatherAnswer> answers = new ArrayList<>();
    private boolean working;

    GatherSteps(Site site, SimAgent agent) {
        this.site = site;
        this.agent = agent;
    }

    void start() {
        site.machine().every(LOOK, this::look);
    }

    /** Answers to what is still asked for. */
    List<GatherAnswer> gathered() {
        return answers;
    }

    private List<LossOrders.Gather> gathers() {
        return agent.desired().losses().gathers();
    }

    private void look() {
        List<LossOrders.Gather> asked = gathers();
        answers.removeIf(answer -> asked.stream().noneMatch(gather -> answers(answer, gather)));
        Map<ShardId, LossOrders.Gather> unanswered = new TreeMap<>();
        asked.stream()
                .filter(gather -> answers.stream().noneMatch(answer -> answers(answer, gather)))
                .forEach(gather -> unanswered.put(gather.shard(), gather));
        if (!unanswered.isEmpty() && !working) {
            working = true;
            List<ShardId> busy = site.gates().underFree(site.machine(), List.copyOf(unanswered.keySet()), shards -> {
                working = false;
                answer(unanswered.values().stream()
                        .filter(gather -> shards.contains(gather.shard()))
                        .toList());
            });
            working = busy.size() < unanswered.size();
        }
        Map<ShardId, FrozenShards.Mark> limits = limits(asked);
        if (!limits.isEmpty()) {
            site.machine().afterMicros(site.scheduler().delay(500, 3_000), () -> {
                site.store().limit(limits);
                agent.looksAgain();
            });
        }
    }

    private static boolean answers(GatherAnswer answer, LossOrders.Gather gather) {
        return answer.run().equals(gather.run())
                && answer.attempt() == gather.attempt()
                && answer.shard().equals(gather.shard());
    }

    private void answer(List<LossOrders.Gather> batch) {
        List<GatherAnswer> found = site.store().gather(site.machine(), batch);
        if (!found.isEmpty()) {
            answers.addAll(found);
            agent.reporter().wake();
        }
    }

    /** {@code Gatherer.limits}. */
    private Map<ShardId, FrozenShards.Mark> limits(List<LossOrders.Gather> asked) {
        Map<ShardId, FrozenShards.Mark> limits = new TreeMap<>();
        Map<ShardId, FrozenShards.Mark> marks = site.store().frozen().marks();
        for (LossOrders.Gather gather : asked) {
            FrozenShards.Mark mark = marks.get(gather.shard());
            if (mark != null
                    && gather.cut().isPresent()
                    && (mark.run().equals(gather.run()) && mark.attempt() == gather.attempt()
                            || !site.rules().cutIsOfItsAttempt())
                    && mark.epoch().equals(gather.epoch())
                    && successor(gather.shard(), mark).isEmpty()) {
                differing(mark, gather.cut().get().base()).ifPresent(next -> limits.put(gather.shard(), next));
            }
        }
        marks.forEach((shard, mark) -> successor(shard, mark)
                .flatMap(grant -> differing(mark, grant.base()))
                .ifPresent(next -> limits.put(shard, next)));
        return limits;
    }

    private Optional<Ownership.Grant> successor(ShardId shard, FrozenShards.Mark mark) {
        return Optional.ofNullable(agent.desired().shards().get(shard))
                .filter(Ownership.Grant.class::isInstance)
                .map(Ownership.Grant.class::cast)
                .filter(grant -> grant.epoch().isAbove(mark.epoch()));
    }

    private static Optional<FrozenShards.Mark> differing(FrozenShards.Mark mark, Base base) {
        if (!(base instanceof Base.At at)) {
            return Optional.empty();
        }
        var next = new FrozenShards.Mark(
                mark.run(), mark.attempt(), mark.epoch(), Optional.of(new FrozenShards.Limit(at)));
        return next.equals(mark) ? Optional.empty() : Optional.of(next);
    }
}
