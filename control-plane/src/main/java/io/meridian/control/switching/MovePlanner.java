package io.meridian.control.switching;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.seeding.SeedingDecider;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.ShardState;
import io.meridian.control.switching.Plan.ShardMove;
import io.meridian.control.topology.ShardZones;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.Residency;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardSet;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Makes a plan of what was asked, or says why there is none. */
public final class MovePlanner {
    private MovePlanner() {}

    public static Answer start(ControlState state, Command.StartMove asked) {
        if (state.declared().isEmpty()) {
            return Answer.no(ProblemType.NO_TOPOLOGY, "there is no topology yet; apply one, then move its shards");
        }
        Topology topology = state.declared().get().topology();
        var to = topology.zone(ZoneId.of(asked.to()));
        Optional<Problem> unfit = ShardZones.refused(topology, ZoneId.of(asked.to()), "/to");
        if (unfit.isPresent()) {
            return new Answer.No(unfit.get());
        }
        return switch (ShardSet.read(asked.shards(), topology.shards())) {
            case ShardSet.Reading.Refused refused ->
                no(refused.why().type(), "/shards", refused.why().detail());
            case ShardSet.Reading.Read read -> {
                var target = new Plan.Target(to.orElseThrow().id(), to.get().region());
                var targets = new TreeMap<ShardId, Plan.Target>();
                read.shards().forEach(shard -> targets.put(shard, target));
                yield plan(
                        state,
                        targets,
                        Plan.Purpose.none(),
                        asked.limits().under(topology.limits(), asked.options()),
                        Handling.none().paused(asked.options().paused()),
                        asked.now());
            }
        };
    }

    /**
     * @param targets at least one; shards that are there already are left out
     * @param limits as they hold for this run
     */
    static Answer plan(
            ControlState state,
            SortedMap<ShardId, Plan.Target> targets,
            Plan.Purpose purpose,
            Plan.MoveLimits limits,
            Handling handling,
            Instant now) {
        Optional<Problem> overlap = overlap(state, targets.keySet(), "/shards");
        if (overlap.isPresent()) {
            return new Answer.No(overlap.get());
        }
        var moving = new TreeMap<ShardId, Plan.Target>();
        targets.forEach((shard, target) -> {
            if (!state.shard(shard).zone().equals(target.zone())) {
                moving.put(shard, target);
            }
        });
        if (moving.isEmpty()) {
            return no(
                    ProblemType.NOTHING_TO_MOVE,
                    "/shards",
                    "all of shards " + ShardSet.write(targets.keySet()) + " are at "
                            + targets.values().stream()
                                    .map(target -> target.zone().name())
                                    .distinct()
                                    .collect(Collectors.joining(", ")));
        }
        Optional<Problem> elsewhere = residency(state, moving);
        return elsewhere.isPresent()
                ? new Answer.No(elsewhere.get())
                : planned(state, moving, purpose, limits, handling, now);
    }

    private static Optional<Problem> residency(ControlState state, SortedMap<ShardId, Plan.Target> moving) {
        var byZone = new TreeMap<ZoneId, List<ShardState>>();
        moving.forEach((shard, target) ->
                byZone.computeIfAbsent(target.zone(), _ -> new ArrayList<>()).add(state.shard(shard)));
        return byZone.entrySet().stream()
                .flatMap(each -> state
                        .declared()
                        .flatMap(declared -> declared.topology().zone(each.getKey()))
                        .stream()
                        .flatMap(zone -> residency(state, each.getValue(), zone).stream()))
                .findFirst();
    }

    /**
     * A run that brings each shard to its target, unless the brake or a rule keeps it from starting.
     *
     * @param targets at least one; none where its shard is already, none of a shard that another run has
     */
    public static Answer planned(
            ControlState state,
            SortedMap<ShardId, Plan.Target> targets,
            Plan.Purpose purpose,
            Plan.MoveLimits limits,
            Handling handling,
            Instant now) {
        Plan plan = WaveLayout.plan(state.shards(), targets, limits, purpose);
        Optional<Problem> guarded = guarded(state, plan);
        if (guarded.isPresent()) {
            return new Answer.No(guarded.get());
        }
        String id = "mv-" + (state.runsMade() + 1);
        return new Answer.Yes(List.of(new Event.RunPlanned(Run.planned(id, plan, handling, now))), id, List.of());
    }

    /** @return that runs which have not ended have some of {@code shards}; empty: none has */
    public static Optional<Problem> overlap(ControlState state, Collection<ShardId> shards, String pointer) {
        SortedMap<String, List<ShardId>> overlaps = overlaps(state, shards);
        if (overlaps.isEmpty()) {
            return Optional.empty();
        }
        String which = overlaps.entrySet().stream()
                .map(overlap -> "run " + overlap.getKey() + " has shards " + ShardSet.write(overlap.getValue()))
                .collect(Collectors.joining("; "));
        return Optional.of(
                problem(ProblemType.MOVE_OVERLAPS, pointer, which + "; wait until it has ended, or cancel it"));
    }

    /** @return that some of {@code moving} may not live in the region of {@code to}; empty: all may */
    public static Optional<Problem> residency(ControlState state, List<ShardState> moving, Topology.Zone to) {
        SortedMap<ShardId, Residency> bound = state.declared()
                .map(declared -> declared.topology().residencies())
                .orElseGet(TreeMap::new);
        var refused = new ArrayList<ShardId>();
        var regions = new TreeSet<RegionId>();
        for (ShardState shard : moving) {
            Residency residency = bound.get(shard.shard());
            if (residency != null && !residency.regions().contains(to.region())) {
                refused.add(shard.shard());
                regions.addAll(residency.regions());
            }
        }
        return refused.isEmpty()
                ? Optional.empty()
                : Optional.of(problem(
                        ProblemType.RESIDENCY,
                        "/to",
                        "shards " + ShardSet.write(refused) + " may only live in "
                                + regions.stream().map(RegionId::name).collect(Collectors.joining(", "))
                                + ", and " + to.id() + " is in " + to.region()
                                + "; leave them out, or change the topology's residency"));
    }

    /** What keeps any run from starting, or this one for where it leads. */
    private static Optional<Problem> guarded(ControlState state, Plan plan) {
        var byRegion = new TreeMap<RegionId, List<ShardId>>();
        plan.moves()
                .filter(move -> !plan.target(move).region().equals(move.fromRegion()))
                .forEach(move -> byRegion.computeIfAbsent(plan.target(move).region(), _ -> new ArrayList<>())
                        .add(move.shard()));
        for (var each : byRegion.entrySet()) {
            Optional<Problem> unseeded = SeedingDecider.mayNotOwn(state, each.getKey(), each.getValue());
            if (unseeded.isPresent()) {
                return unseeded;
            }
        }
        if (state.safety().brake().isPresent()) {
            var brake = state.safety().brake().get();
            return Optional.of(Problem.of(
                    ProblemType.BRAKE_ON,
                    "no run starts while the brake is on, since " + brake.since() + ": " + brake.reason()
                            + "; release it when that is over"));
        }
        int most = plan.limits().atOnce();
        int active = state.activeRuns().size();
        if (most > 0 && active >= most) {
            return Optional.of(Problem.of(
                    ProblemType.TOO_MANY_RUNS,
                    active + " runs are under way and limits.movesAtOnce is " + most
                            + "; wait until one has ended, cancel one, or raise it"));
        }
        List<String> broken = state.declared()
                .map(declared -> Gates.brokenBy(
                        state, declared.topology(), plan, plan.moves().toList()))
                .orElse(List.of());
        return broken.isEmpty()
                ? Optional.empty()
                : Optional.of(Problem.of(
                        ProblemType.SAFETY_RULE_BROKEN,
                        String.join("; ", broken) + "; move fewer shards, or change the rules of the topology"));
    }

    private static SortedMap<String, List<ShardId>> overlaps(ControlState state, Collection<ShardId> shards) {
        var overlaps = new TreeMap<String, List<ShardId>>();
        for (Run run : state.activeRuns()) {
            List<ShardId> both = run.plan()
                    .moves()
                    .map(ShardMove::shard)
                    .filter(shards::contains)
                    .toList();
            if (!both.isEmpty()) {
                overlaps.put(run.id(), both);
            }
        }
        return overlaps;
    }

    private static Answer no(ProblemType type, String pointer, String detail) {
        return new Answer.No(problem(type, pointer, detail));
    }

    private static Problem problem(ProblemType type, String pointer, String detail) {
        return new Problem(type, detail, Map.of(), List.of(new Problem.Fault(pointer, detail)));
    }
}
