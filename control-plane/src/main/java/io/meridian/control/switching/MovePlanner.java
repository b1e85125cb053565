package io.meridian.control.switching;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.ShardState;
import io.meridian.control.switching.Plan.ShardMove;
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
import java.util.SortedSet;
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
        if (to.isEmpty()) {
            String zones =
                    topology.zones().stream().map(zone -> zone.id().name()).collect(Collectors.joining(", "));
            return no(ProblemType.UNKNOWN_ZONE, "/to", "there is no zone '" + asked.to() + "'; zones are " + zones);
        }
        return switch (ShardSet.read(asked.shards(), topology.shards())) {
            case ShardSet.Reading.Refused refused ->
                no(refused.why().type(), "/shards", refused.why().detail());
            case ShardSet.Reading.Read read -> plan(state, asked, to.get(), read.shards());
        };
    }

    private static Answer plan(
            ControlState state, Command.StartMove asked, Topology.Zone to, SortedSet<ShardId> shards) {
        Optional<Problem> overlap = overlap(state, shards, "/shards");
        if (overlap.isPresent()) {
            return new Answer.No(overlap.get());
        }
        List<ShardState> moving = shards.stream()
                .map(state::shard)
                .filter(shard -> !shard.zone().equals(to.id()))
                .toList();
        if (moving.isEmpty()) {
            return no(
                    ProblemType.NOTHING_TO_MOVE,
                    "/shards",
                    "all of shards " + ShardSet.write(shards) + " are at " + to.id());
        }
        Optional<Problem> elsewhere = residency(state, moving, to);
        if (elsewhere.isPresent()) {
            return new Answer.No(elsewhere.get());
        }
        var targets = new TreeMap<ShardId, Plan.Target>();
        moving.forEach(shard -> targets.put(shard.shard(), new Plan.Target(to.id(), to.region())));
        return planned(state, targets, Plan.Purpose.none(), asked.limits(), asked.now());
    }

    /**
     * A run that brings each shard to its target.
     *
     * @param targets at least one; none where its shard is already, none of a shard that another run has
     */
    public static Answer planned(
            ControlState state,
            SortedMap<ShardId, Plan.Target> targets,
            Plan.Purpose purpose,
            Plan.MoveLimits limits,
            Instant now) {
        String id = "mv-" + (state.runsMade() + 1);
        Run run = Run.planned(id, WaveLayout.plan(state.shards(), targets, limits, purpose), now);
        return new Answer.Yes(List.of(new Event.RunPlanned(run)), id, List.of());
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
