package io.meridian.control.seeding;

import io.meridian.control.command.Command;
import io.meridian.control.repair.RepairDecider;
import io.meridian.control.seeding.Seeding.State;
import io.meridian.control.seeding.ShardSeeding.Phase;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.ShardState;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Ownership;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * How a seeding goes on. An attempt at a shard is of one owner in one epoch: first the region makes ready and says so, only then the owner tells, and
 * the region has it when it has taken the end. Whatever comes between, the attempt has failed and another one begins from the beginning: what was
 * taken by then is no part of it. When nothing is left to copy, {@link CopyCheck} compares.
 */
public final class SeedingSteps {
    /** In a row, before a person has to look. */
    static final int ATTEMPTS = 5;

    /** Told by one region at a time: each is read under its gate, a piece at a time, beside the writes. */
    static final int AT_ONCE = 4;

    /** Before another attempt. */
    public static final Duration REST = Duration.ofSeconds(5);

    /** Without a word of progress, while both agents are there. */
    public static final Duration LIMIT = Duration.ofMinutes(10);

    private SeedingSteps() {}

    /** What follows for some seeding; empty: all of them wait. */
    public static List<Event> next(ControlState state, Instant now) {
        for (Seeding seeding : state.seedings().running().toList()) {
            List<Event> events = next(state, seeding, now);
            if (!events.isEmpty()) {
                return events;
            }
        }
        return List.of();
    }

    private static List<Event> next(ControlState state, Seeding seeding, Instant now) {
        if (!known(state, seeding.region())) {
            return changed(seeding.each(shard -> shard.givenUp("the topology has no such region any more"))
                    .ended(State.FAILED, now));
        }
        List<Event> broken = brokenOff(state, seeding);
        if (!broken.isEmpty()) {
            return broken;
        }
        List<Event> missed = missed(state, seeding, now);
        if (!missed.isEmpty() || seeding.state() == State.PAUSED) {
            return missed;
        }
        List<Event> begun = begin(state, seeding);
        boolean idle = seeding.shards().stream()
                .allMatch(shard -> shard.phase() == Phase.COPIED || shard.phase() == Phase.FAILED);
        if (!begun.isEmpty() || !idle) {
            return begun;
        }
        return seeding.in(Phase.COPIED).isEmpty()
                ? changed(seeding.ended(seeding.shards().isEmpty() ? State.DONE : State.FAILED, now))
                : CopyCheck.next(state, seeding, now);
    }

    private static boolean known(ControlState state, RegionId region) {
        return state.declared()
                .filter(declared -> declared.topology().regions().stream()
                        .anyMatch(known -> known.id().equals(region)))
                .isPresent();
    }

    /** Attempts whose owner, or epoch, is another one by now. */
    private static List<Event> brokenOff(ControlState state, Seeding seeding) {
        var changed = new HashMap<ShardId, ShardSeeding>();
        seeding.active()
                .filter(shard -> movedOn(state, shard))
                .forEach(shard -> changed.put(
                        shard.shard(),
                        shard.failed("it was withdrawn from region " + shard.owner() + " while it was being copied")));
        return changed.isEmpty() ? List.of() : changed(seeding.with(changed));
    }

    /** Whether the shard is no more its owner's in the epoch of the attempt. */
    public static boolean movedOn(ControlState state, ShardSeeding shard) {
        return !(state.shard(shard.shard()).ownership() instanceof Ownership.Grant grant
                && grant.owner().equals(shard.owner())
                && grant.epoch().equals(shard.epoch()));
    }

    /** Rows that the region could not take are told once more, once per attempt. */
    private static List<Event> missed(ControlState state, Seeding seeding, Instant now) {
        if (state.repairs().running().isPresent()) {
            return List.of();
        }
        List<ShardSeeding> waiting = seeding.active()
                .filter(shard -> shard.phase() == Phase.TOLD
                        && !shard.missed().isEmpty()
                        && shard.repair().isEmpty())
                .toList();
        if (waiting.isEmpty()) {
            return List.of();
        }
        Event.RepairChanged repair = RepairDecider.ofRows(state, seeding.by(), waiting, now);
        var changed = new HashMap<ShardId, ShardSeeding>();
        waiting.forEach(shard ->
                changed.put(shard.shard(), shard.repairedBy(repair.repair().id())));
        return List.of(repair, new Event.SeedingChanged(seeding.with(changed)));
    }

    /** As many as their owners tell at once. Before the region is asked, its copy counts no more. */
    private static List<Event> begin(ControlState state, Seeding seeding) {
        Map<RegionId, Integer> busy = new HashMap<>();
        state.seedings()
                .running()
                .flatMap(Seeding::active)
                .forEach(shard -> busy.merge(shard.owner(), 1, Integer::sum));
        var begun = new HashMap<ShardId, ShardSeeding>();
        var own = new ArrayList<ShardId>();
        for (ShardSeeding shard : seeding.shards()) {
            ShardState now = state.shard(shard.shard());
            if (shard.phase() != Phase.WAITING || !(now.ownership() instanceof Ownership.Grant grant)) {
                continue;
            }
            if (grant.owner().equals(seeding.region())) {
                own.add(shard.shard());
            } else if (now.frozenBy().isEmpty() && busy.getOrDefault(grant.owner(), 0) < AT_ONCE) {
                busy.merge(grant.owner(), 1, Integer::sum);
                begun.put(shard.shard(), shard.begun(grant.owner(), grant.epoch()));
            }
        }
        if (!own.isEmpty()) {
            // It came to own them before they were begun: its copy was whole then, and is the truth now.
            return List.of(new Event.SeedingChanged(seeding.wholeNow(own)));
        }
        return begun.isEmpty()
                ? List.of()
                : List.of(
                        new Event.CopiesChanged(seeding.region(), List.copyOf(begun.keySet()), false),
                        new Event.SeedingChanged(seeding.with(begun)));
    }

    /** Whether a word of an agent is news; of an attempt that is over, or of somebody who has no part in it, nothing is. */
    public static boolean teaches(ControlState state, RegionId region, Command.SeedSeen seen) {
        return state.seedings()
                .find(seen.seeding())
                .filter(Seeding::running)
                .flatMap(seeding -> seeding.shard(seen.shard())
                        .filter(shard -> !with(seeding, shard, region, seen).equals(shard)))
                .isPresent();
    }

    /** Whether it is more than that some more rows were told or taken. */
    public static boolean advances(ControlState state, RegionId region, Command.SeedSeen seen) {
        return state.seedings()
                .find(seen.seeding())
                .flatMap(seeding ->
                        seeding.shard(seen.shard()).filter(shard -> goesOn(shard, with(seeding, shard, region, seen))))
                .isPresent();
    }

    public static List<Event> report(ControlState state, Command.ReportSeedings report) {
        var changed = new HashMap<String, Seeding>();
        var steps = new ArrayList<String>();
        for (Command.SeedSeen seen : report.shards()) {
            Optional<Seeding> found = Optional.ofNullable(changed.get(seen.seeding()))
                    .or(() -> state.seedings().find(seen.seeding()));
            if (found.isEmpty()
                    || !found.get().running()
                    || !state.hasShard(seen.shard())
                    || !state.holds(report.group(), seen.shard())) {
                continue;
            }
            Seeding seeding = found.get();
            seeding.shard(seen.shard()).ifPresent(shard -> {
                ShardSeeding next = with(seeding, shard, report.region(), seen);
                if (!next.equals(shard)) {
                    changed.put(seeding.id(), seeding.with(Map.of(shard.shard(), next)));
                    if (goesOn(shard, next)) {
                        steps.add(seeding.id());
                    }
                }
            });
        }
        return state.seedings()
                .running()
                .flatMap(seeding -> Optional.ofNullable(changed.get(seeding.id())).stream())
                .<Event>map(seeding -> steps.contains(seeding.id())
                        ? new Event.SeedingChanged(seeding)
                        : new Event.SeedingProgressed(seeding))
                .toList();
    }

    private static boolean goesOn(ShardSeeding before, ShardSeeding after) {
        return before.phase() != after.phase() || !before.missed().equals(after.missed());
    }

    private static ShardSeeding with(Seeding seeding, ShardSeeding shard, RegionId region, Command.SeedSeen seen) {
        boolean takes = region.equals(seeding.region());
        boolean tells = region.equals(shard.owner());
        if (!shard.active() || seen.attempt() != shard.attempt() || !(takes || tells)) {
            return shard;
        }
        return switch (seen.state()) {
            case PREPARED -> takes && shard.phase() == Phase.PREPARING ? shard.in(Phase.PREPARED) : shard;
            case TELLING -> tells ? told(shard, seen).in(later(shard.phase(), Phase.TELLING)) : shard;
            case TOLD -> tells ? told(shard, seen).in(later(shard.phase(), Phase.TOLD)) : shard;
            case RECEIVING -> takes ? taken(shard, seen).in(later(shard.phase(), Phase.TELLING)) : shard;
            case DONE ->
                takes
                        ? taken(shard, seen)
                                .takenSoFar(Math.max(shard.taken(), seen.rows()), List.of())
                                .in(Phase.COPIED)
                        : shard;
            case FAILED ->
                shard.failed("region " + region + ": "
                        + (seen.problem().isEmpty() ? "the attempt failed, and it does not say why" : seen.problem()));
        };
    }

    private static ShardSeeding told(ShardSeeding shard, Command.SeedSeen seen) {
        return shard.toldSoFar(Math.max(shard.told(), seen.rows()), Math.max(shard.expected(), seen.expected()));
    }

    private static ShardSeeding taken(ShardSeeding shard, Command.SeedSeen seen) {
        ShardSeeding next = shard.takenSoFar(Math.max(shard.taken(), seen.rows()), seen.missed());
        // Others than those that were told once more: these are told, too.
        return shard.missed().equals(seen.missed()) ? next : next.repairedBy("");
    }

    private static Phase later(Phase one, Phase other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    /** It has rested. @param due compare-and-set on the attempt that failed */
    public static List<Event> due(ControlState state, Command.SeedingDue due) {
        return change(
                state,
                due.seeding(),
                due.shard(),
                shard -> shard.phase() == Phase.RESTING && shard.attempt() == due.attempt()
                        ? shard.in(Phase.WAITING)
                        : shard);
    }

    /** Nothing was heard of it for too long. */
    public static List<Event> stalled(ControlState state, Command.SeedingStalled stalled) {
        return change(
                state,
                stalled.seeding(),
                stalled.shard(),
                shard -> shard.active() && stand(shard).equals(stalled.stand())
                        ? shard.failed("nothing was heard of it for " + LIMIT.toMinutes() + " minutes, " + shard.phase()
                                + " with " + shard.told() + " rows told and " + shard.taken() + " taken")
                        : shard);
    }

    /** What changes whenever something is heard of it. */
    public static String stand(ShardSeeding shard) {
        return shard.attempt() + " " + shard.phase() + " " + shard.told() + " " + shard.taken() + " "
                + shard.missed().size();
    }

    private static List<Event> change(ControlState state, String id, ShardId number, UnaryOperator<ShardSeeding> how) {
        return state.seedings()
                .find(id)
                .filter(Seeding::running)
                .flatMap(seeding -> seeding.shard(number)
                        .map(how)
                        .filter(shard -> !seeding.shards().contains(shard))
                        .map(shard -> changed(seeding.with(Map.of(number, shard)))))
                .orElse(List.of());
    }

    static List<Event> changed(Seeding seeding) {
        return List.of(new Event.SeedingChanged(seeding));
    }
}
