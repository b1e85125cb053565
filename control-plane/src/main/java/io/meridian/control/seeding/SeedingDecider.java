package io.meridian.control.seeding;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.failover.Loss;
import io.meridian.control.seeding.Seeding.State;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.RegionLease;
import io.meridian.control.state.ShardState;
import io.meridian.control.switching.Run;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardSet;
import io.meridian.topology.Topology;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What people ask for: which shards a region may get anew, and that it goes on, waits, or ends. */
public final class SeedingDecider {
    public static final int WHY_LENGTH = 500;

    /** Not over at a time: each is one region's, and two of the same shards are refused. */
    static final int RUNNING_LIMIT = 10;

    private SeedingDecider() {}

    public static Answer start(ControlState state, String by, Command.StartSeeding asked) {
        if (state.declared().isEmpty()) {
            return Answer.no(ProblemType.NO_TOPOLOGY, "there is no topology yet: nothing to copy");
        }
        Topology topology = state.declared().get().topology();
        if (topology.regions().stream().noneMatch(region -> region.id().equals(asked.region()))) {
            return no(
                    ProblemType.UNKNOWN_REGION,
                    "/region",
                    "there is no region '" + asked.region() + "'; regions are "
                            + topology.regions().stream()
                                    .map(region -> region.id().name())
                                    .collect(Collectors.joining(", ")));
        }
        if (asked.why().length() > WHY_LENGTH) {
            return no(ProblemType.INVALID_ARGUMENT, "/why", "longer than " + WHY_LENGTH + " characters");
        }
        SortedSet<ShardId> own = owned(state, asked.region());
        SortedSet<ShardId> shards =
                state.shards().stream().map(ShardState::shard).collect(Collectors.toCollection(TreeSet::new));
        if (asked.shards().isEmpty()) {
            shards.removeAll(own);
            if (shards.isEmpty()) {
                return no(
                        ProblemType.NOTHING_TO_SEED,
                        "/region",
                        "region " + asked.region() + " owns all shards: its copy is the truth");
            }
        } else {
            switch (ShardSet.read(asked.shards(), topology.shards())) {
                case ShardSet.Reading.Refused refused -> {
                    return no(refused.why().type(), "/shards", refused.why().detail());
                }
                case ShardSet.Reading.Read read -> shards = new TreeSet<>((Collection<ShardId>) read.shards());
            }
            own.retainAll(shards);
            if (!own.isEmpty()) {
                return no(
                        ProblemType.NOT_SEEDABLE,
                        "/shards",
                        "region " + asked.region() + " owns shards " + ShardSet.write(own)
                                + " itself: its copy is the truth; leave them out, or name the region whose copy is wrong");
            }
        }
        SortedSet<ShardId> wanted = shards;
        return refused(state, topology, asked.region(), wanted)
                .<Answer>map(Answer.No::new)
                .orElseGet(() -> started(state, by, asked, wanted));
    }

    private static Answer started(
            ControlState state, String by, Command.StartSeeding asked, SortedSet<ShardId> shards) {
        String id = "sd-" + (state.seedings().made() + 1);
        var seeding = new Seeding(
                id,
                asked.region(),
                asked.now(),
                by,
                asked.why(),
                State.RUNNING,
                shards.stream()
                        .map(state::shard)
                        .map(shard -> ShardSeeding.waiting(
                                shard.shard(), shard.region(), shard.ownership().epoch()))
                        .toList(),
                0,
                0,
                Seeding.Check.none(),
                Optional.empty());
        return new Answer.Yes(List.of(new Event.SeedingChanged(seeding)), id, List.of());
    }

    /** Of a withdrawn shard, too, until somebody else is granted it. */
    private static SortedSet<ShardId> owned(ControlState state, RegionId region) {
        return state.shards().stream()
                .filter(shard -> shard.region().equals(region))
                .map(ShardState::shard)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What stands in the way of copying {@code shards} to {@code region}; empty: nothing. */
    private static Optional<Problem> refused(
            ControlState state, Topology topology, RegionId region, SortedSet<ShardId> shards) {
        return lost(state, topology, region, shards)
                .or(() -> coming(state, region, shards))
                .or(() -> elsewhere(state, region, shards))
                .or(() -> state.seedings().running().count() >= RUNNING_LIMIT
                        ? Optional.of(
                                Problem.of(
                                        ProblemType.LIMIT_REACHED,
                                        RUNNING_LIMIT
                                                + " seedings are not over, and no more at a time; wait until one ended, or cancel one"))
                        : Optional.empty());
    }

    /** What a lost region wrote last is decided before its rows may be thrown away: it may be nowhere else. */
    private static Optional<Problem> lost(
            ControlState state, Topology topology, RegionId region, SortedSet<ShardId> shards) {
        var unsettled = new TreeSet<ShardId>();
        for (Topology.StoreGroup group : topology.storeGroups()) {
            List<ShardId> here = shards.stream()
                    .filter(shard -> topology.holds(group.name(), shard))
                    .toList();
            Optional<RegionLease> lease = state.lease(region, group.name());
            if (here.isEmpty()
                    || lease.filter(held -> held.lease() != RegionLease.Lease.ACTIVE)
                            .isEmpty()) {
                continue;
            }
            boolean connected = state.agentOf(region, group.name())
                    .filter(AgentObservation::connected)
                    .isPresent();
            if (!connected || lease.get().lease() == RegionLease.Lease.REVOKING) {
                return Optional.of(
                        problem(
                                ProblemType.NOT_SEEDABLE,
                                "/region",
                                topology.store(region, group.name()).inWords()
                                        + " is lost; start it again first: what it had written last is brought in line, and only then can its copies be made anew"));
            }
            state.losses()
                    .of(topology.store(region, group.name()))
                    .ifPresent(loss -> here.stream()
                            .filter(shard -> unsettled(loss, shard))
                            .forEach(unsettled::add));
        }
        return unsettled.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        problem(
                                ProblemType.NOT_SEEDABLE,
                                "/shards",
                                "what region " + region + " wrote last of shards " + ShardSet.write(unsettled)
                                        + " is not all decided yet, and may be nowhere else; ./meridian regions shows how far its return is, ./meridian orphans what waits"));
    }

    private static boolean unsettled(Loss loss, ShardId shard) {
        Loss.Cut cut = loss.cuts().get(shard);
        return cut != null && !(cut.closed().isPresent() && cut.done());
    }

    private static Optional<Problem> coming(ControlState state, RegionId region, SortedSet<ShardId> shards) {
        for (Run run : state.activeRuns()) {
            List<ShardId> moving = run.plan()
                    .moves()
                    .filter(move -> run.plan().target(move).region().equals(region) && shards.contains(move.shard()))
                    .map(move -> move.shard())
                    .toList();
            if (!moving.isEmpty()) {
                return Optional.of(problem(
                        ProblemType.MOVE_OVERLAPS,
                        "/shards",
                        "run " + run.id() + " brings shards " + ShardSet.write(moving) + " to region " + region
                                + "; wait until it has ended, or cancel it"));
            }
        }
        return Optional.empty();
    }

    private static Optional<Problem> elsewhere(ControlState state, RegionId region, SortedSet<ShardId> shards) {
        return state.seedings()
                .running()
                .filter(seeding -> seeding.region().equals(region))
                .flatMap(seeding -> {
                    List<ShardId> both = seeding.shards().stream()
                            .map(ShardSeeding::shard)
                            .filter(shards::contains)
                            .toList();
                    return both.isEmpty()
                            ? Stream.<Problem>empty()
                            : Stream.of(problem(
                                    ProblemType.SEEDING_RUNS,
                                    "/shards",
                                    "seeding " + seeding.id() + " has shards " + ShardSet.write(both) + " of region "
                                            + region + "; wait until it has ended, or cancel it"));
                })
                .findFirst();
    }

    public static Answer pause(ControlState state, Command.PauseSeeding asked) {
        return handle(state, asked.seeding(), seeding -> seeding.in(State.PAUSED));
    }

    public static Answer resume(ControlState state, Command.ResumeSeeding asked) {
        return handle(state, asked.seeding(), seeding -> seeding.in(State.RUNNING));
    }

    /** What was begun and is not whole stays unfit. */
    public static Answer cancel(ControlState state, Command.CancelSeeding asked) {
        return handle(state, asked.seeding(), seeding -> seeding.ended(State.CANCELLED, asked.now()));
    }

    private static Answer handle(ControlState state, String id, UnaryOperator<Seeding> how) {
        Optional<Seeding> found = state.seedings().find(id);
        if (found.isEmpty()) {
            return unknown(id);
        }
        if (!found.get().running()) {
            return Answer.no(
                    ProblemType.SEEDING_ENDED,
                    "seeding " + id + " is " + found.get().state()
                            + (found.get().state() == State.DONE ? "" : "; retry it, for what it left undone"));
        }
        return changed(found.get(), how.apply(found.get()));
    }

    private static Answer changed(Seeding before, Seeding after) {
        return new Answer.Yes(
                before.equals(after) ? List.of() : List.of(new Event.SeedingChanged(after)), before.id(), List.of());
    }

    public static Answer retry(ControlState state, Command.RetrySeeding asked) {
        Optional<Seeding> found = state.seedings().find(asked.seeding());
        if (found.isEmpty()) {
            return unknown(asked.seeding());
        }
        Seeding seeding = found.get();
        if (seeding.running()) {
            return Answer.no(
                    ProblemType.SEEDING_RUNS,
                    "seeding " + seeding.id() + " is " + seeding.state() + " and goes on by itself"
                            + (seeding.state() == State.PAUSED ? " when it is resumed" : ""));
        }
        if (seeding.shards().isEmpty()) {
            return Answer.no(ProblemType.NOTHING_TO_SEED, "seeding " + seeding.id() + " has left nothing undone");
        }
        SortedSet<ShardId> shards =
                seeding.shards().stream().map(ShardSeeding::shard).collect(Collectors.toCollection(TreeSet::new));
        if (state.declared().isEmpty()
                || state.declared().get().topology().regions().stream()
                        .noneMatch(region -> region.id().equals(seeding.region()))) {
            return Answer.no(
                    ProblemType.UNKNOWN_REGION,
                    "there is no region '" + seeding.region() + "' in the topology any more");
        }
        return refused(state, state.declared().get().topology(), seeding.region(), shards)
                .<Answer>map(Answer.No::new)
                .orElseGet(() -> changed(seeding, seeding.retried()));
    }

    /** What keeps {@code region} from coming to own some of {@code shards}, with the cure; empty: nothing. */
    public static Optional<Problem> mayNotOwn(ControlState state, RegionId region, Collection<ShardId> shards) {
        if (state.unseeded(region)) {
            return Optional.of(Problem.of(
                    ProblemType.NOT_SEEDED,
                    "region " + region + " is new and has no whole copies yet, so it may not own; make them first: "
                            + cure(region)));
        }
        Set<ShardId> doubted = state.seedings().doubted(region);
        List<ShardId> doubtful = shards.stream().filter(doubted::contains).toList();
        return doubtful.isEmpty()
                ? Optional.empty()
                : Optional.of(Problem.of(
                        ProblemType.NOT_SEEDED,
                        "the copies of shards " + ShardSet.write(doubtful) + " in region " + region
                                + " are not whole, or are being made anew; wait until that is done, or do it: ./meridian seed --region "
                                + region + " --shards " + ShardSet.write(doubtful)));
    }

    public static String cure(RegionId region) {
        return "./meridian region bootstrap " + region;
    }

    private static Answer unknown(String id) {
        return Answer.no(ProblemType.UNKNOWN_SEEDING, "there is no seeding '" + id + "'; the newest are kept");
    }

    private static Answer no(ProblemType type, String pointer, String detail) {
        return new Answer.No(problem(type, pointer, detail));
    }

    private static Problem problem(ProblemType type, String pointer, String detail) {
        return new Problem(type, detail, Map.of(), List.of(new Problem.Fault(pointer, detail)));
    }
}
