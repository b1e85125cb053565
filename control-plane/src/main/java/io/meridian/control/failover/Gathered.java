package io.meridian.control.failover;

import io.meridian.control.assignment.FailoverTargets;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RegionLease;
import io.meridian.control.switching.Plan;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.SwitchState.Gathering;
import io.meridian.control.switching.SwitchState.Gathering.Answer;
import io.meridian.topology.RegionId;
import io.meridian.topology.Residency;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardSet;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Ownership;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the answers of an attempt come to. The cut of a shard is the furthest answer, its CLOSE if that is known and can be had; the new owner is
 * among those who answered. Any such set is safe: a smaller one makes more orphans.
 *
 * @see "PROTOCOL 6"
 */
final class Gathered {
    sealed interface Verdict {
        /** @param why for people, should it last */
        record Waits(String why) implements Verdict {}

        /**
         * @param plan with other targets where those planned did not answer; the same object if all did
         * @param note what there is to say of that; empty: nothing
         */
        record Decided(
                Plan plan,
                String note,
                SortedMap<ShardId, Base> cuts,
                SortedMap<ShardId, RegionId> holders,
                SortedSet<ShardId> covered,
                SortedSet<ShardId> unclean)
                implements Verdict {}
    }

    private final ControlState state;
    private final Topology topology;
    private final Run run;
    private final Gathering gathering;
    private final Map<ShardId, Residency> residencies;
    private final SortedMap<ShardId, Base> cuts = new TreeMap<>();
    private final SortedMap<ShardId, SortedSet<RegionId>> candidates = new TreeMap<>();
    private final SortedSet<ShardId> unclean = new TreeSet<>();
    private final SortedMap<String, SortedSet<ShardId>> missing = new TreeMap<>();
    private final Map<RegionId, Set<ShardId>> doubted = new HashMap<>();

    private Gathered(ControlState state, Topology topology, Run run, Gathering gathering) {
        this.state = state;
        this.topology = topology;
        this.run = run;
        this.gathering = gathering;
        residencies = topology.residencies();
    }

    static Verdict of(ControlState state, Topology topology, Run run, Gathering gathering) {
        return new Gathered(state, topology, run, gathering).verdict();
    }

    private Verdict verdict() {
        for (Plan.ShardMove move : run.presentWave().moves()) {
            if (state.shard(move.shard()).ownership() instanceof Ownership.Withdrawal withdrawal) {
                look(withdrawal);
            }
        }
        if (!missing.isEmpty()) {
            return new Verdict.Waits(sentence());
        }
        var others = new TreeMap<ShardId, SortedSet<RegionId>>();
        for (Plan.ShardMove move : run.presentWave().moves()) {
            SortedSet<RegionId> fit = candidates.get(move.shard());
            if (fit != null && !fit.contains(run.plan().target(move).region())) {
                others.put(move.shard(), fit);
            }
        }
        if (others.isEmpty()) {
            return decided(run.plan(), "");
        }
        return switch (FailoverTargets.of(state, topology, lost(), others)) {
            case FailoverTargets.None none -> new Verdict.Waits(none.why());
            case FailoverTargets.Found found -> decided(run.plan().retargeted(found.targets()), note(found.targets()));
        };
    }

    private RegionId lost() {
        return run.failover().orElseThrow().region();
    }

    private void look(Ownership.Withdrawal withdrawal) {
        ShardId shard = withdrawal.shard();
        String group = topology.groupOf(shard).name();
        RegionId owner = withdrawal.withdrawn().owner();
        SortedMap<RegionId, Answer> answers = gathering.answers().getOrDefault(shard, new TreeMap<>());
        Base close = gathering.closes().get(shard);
        boolean over = state.lease(owner, group)
                .filter(lease -> lease.lease() == RegionLease.Lease.EXPIRED)
                .isPresent();
        if (!over && close == null) {
            // Its lease is good: until it closes it may still write.
            miss(shard, "region " + owner + ", which is not lost, has not closed them");
            return;
        }
        boolean ownerHere = connected(owner, group);
        var usable = new TreeMap<RegionId, Answer>();
        for (Topology.Region member : topology.regions()) {
            RegionId region = member.id();
            if (region.equals(owner)) {
                if (close == null && ownerHere && !gathering.patienceOver()) {
                    miss(shard, "region " + owner + " is back and has not closed them yet");
                }
                continue;
            }
            Answer answer = answers.get(region);
            if (answer == null) {
                if (connected(region, group) && !gathering.patienceOver()) {
                    miss(shard, "no answer from " + region + " yet");
                }
            } else if (answer.usable()) {
                usable.put(region, answer);
            }
        }
        Base ended = close != null && (!over || ownerHere || had(usable, close)) ? close : null;
        if (ended == null && usable.isEmpty()) {
            miss(shard, "nobody has answered with a copy to build on" + problems(answers));
            return;
        }
        Optional<Base> cut = ended != null ? Optional.of(ended) : furthest(shard, usable);
        if (cut.isEmpty()) {
            return;
        }
        cuts.put(shard, cut.get());
        if (ended == null && !closedAt(withdrawal, usable, cut.get())) {
            unclean.add(shard);
        }
        SortedSet<RegionId> fit = new TreeSet<>();
        usable.keySet().stream()
                .filter(region -> state.mayOwn(region, group)
                        && resides(shard, region)
                        && !doubted.computeIfAbsent(region, state.seedings()::doubted)
                                .contains(shard))
                .forEach(fit::add);
        if (ended != null
                && ownerHere
                && resides(shard, owner)
                && (!over ? state.mayOwn(owner, group) : fit.isEmpty())) {
            fit.add(owner);
        }
        if (fit.isEmpty()) {
            miss(shard, "nobody who answered may own them" + problems(answers));
            return;
        }
        candidates.put(shard, fit);
    }

    private void miss(ShardId shard, String why) {
        missing.computeIfAbsent(why, _ -> new TreeSet<>()).add(shard);
    }

    private boolean connected(RegionId region, String group) {
        return state.agentOf(region, group).filter(AgentObservation::connected).isPresent();
    }

    private boolean resides(ShardId shard, RegionId region) {
        Residency residency = residencies.get(shard);
        return (residency == null || residency.regions().contains(region))
                && topology.shardZones().stream().anyMatch(zone -> zone.region().equals(region));
    }

    /** Whether some survivor has all up to {@code base}. */
    private static boolean had(Map<RegionId, Answer> usable, Base base) {
        return base instanceof Base.None || usable.values().stream().anyMatch(answer -> at(answer, base));
    }

    private static boolean at(Answer answer, Base base) {
        return switch (base) {
            case Base.None _ -> answer.head().isEmpty();
            case Base.At at ->
                answer.head()
                        .filter(head -> head.epoch().equals(at.epoch())
                                && head.position().equals(at.position()))
                        .isPresent();
        };
    }

    /** The survivor is where the lost epoch ended: it has applied that epoch's own CLOSE. */
    private static boolean closedAt(Ownership.Withdrawal withdrawal, Map<RegionId, Answer> usable, Base cut) {
        return cut instanceof Base.At at
                && at.epoch().equals(withdrawal.withdrawn().epoch())
                && usable.values().stream().anyMatch(answer -> answer.closed() && at(answer, cut));
    }

    /** Empty: the answers have no order, which is said. */
    private Optional<Base> furthest(ShardId shard, Map<RegionId, Answer> usable) {
        Optional<Base.At> most = Optional.empty();
        for (Answer answer : usable.values()) {
            if (answer.head().isEmpty()) {
                continue;
            }
            Base.At head = answer.head().get();
            if (most.isEmpty() || head.epoch().isAbove(most.get().epoch())) {
                most = answer.head();
            } else if (head.epoch().equals(most.get().epoch())) {
                if (!head.position().incarnation().equals(most.get().position().incarnation())) {
                    miss(shard, "the answers are of two incarnations of the same source and have no order");
                    return Optional.empty();
                }
                if (head.position().compareTo(most.get().position()) > 0) {
                    most = answer.head();
                }
            }
        }
        return Optional.of(most.<Base>map(at -> at).orElseGet(Base.None::new));
    }

    private static String problems(Map<RegionId, Answer> answers) {
        var said = new ArrayList<String>();
        answers.forEach((region, answer) -> {
            if (!answer.usable()) {
                said.add(region + ": " + answer.problem());
            }
        });
        return said.isEmpty() ? "" : " (" + String.join("; ", said) + ")";
    }

    private String sentence() {
        List<String> all = new ArrayList<>();
        missing.forEach((why, shards) -> all.add("shards " + ShardSet.write(shards) + ": " + why));
        return String.join("; ", all);
    }

    private Verdict decided(Plan plan, String note) {
        // A lost region owns again only when all of it is here: one generation is for the whole store.
        for (Plan.ShardMove move : plan.wave(run.wave()).moves()) {
            RegionId target = plan.target(move).region();
            String group = topology.groupOf(move.shard()).name();
            if (candidates.containsKey(move.shard()) && !state.mayOwn(target, group) && !whole(target, group)) {
                miss(move.shard(), "only the lost region has them, and not all of its shards are closed there yet");
            }
        }
        if (!missing.isEmpty()) {
            return new Verdict.Waits(sentence());
        }
        var holders = new TreeMap<ShardId, RegionId>();
        var covered = new TreeSet<ShardId>();
        for (Plan.ShardMove move : plan.wave(run.wave()).moves()) {
            ShardId shard = move.shard();
            Base cut = cuts.get(shard);
            if (cut == null) {
                continue;
            }
            RegionId target = plan.target(move).region();
            SortedMap<RegionId, Answer> answers = gathering.answers().getOrDefault(shard, new TreeMap<>());
            RegionId owner = state.shard(shard).region();
            RegionId holder = answers.entrySet().stream()
                    .filter(each -> each.getValue().usable() && at(each.getValue(), cut))
                    .map(Map.Entry::getKey)
                    .filter(region -> !region.equals(owner))
                    .sorted((a, b) -> Boolean.compare(b.equals(target), a.equals(target)))
                    .findFirst()
                    .orElse(owner);
            holders.put(shard, holder);
            if (holder.equals(target)) {
                covered.add(shard);
            }
        }
        return new Verdict.Decided(plan, note, cuts, holders, covered, unclean);
    }

    /** Every shard that a lost store owned has its CLOSE there, and nothing of it was ever cut. */
    private boolean whole(RegionId region, String group) {
        return state.losses()
                        .of(topology.store(region, group))
                        .filter(loss -> loss.cuts().isEmpty())
                        .isPresent()
                && run.presentWave().moves().stream()
                        .filter(move -> state.holds(group, move.shard()))
                        .filter(move -> state.shard(move.shard()).ownership() instanceof Ownership.Withdrawal withdrawal
                                && withdrawal.withdrawn().owner().equals(region))
                        .allMatch(move -> cuts.containsKey(move.shard())
                                && !unclean.contains(move.shard())
                                && gathering.closes().containsKey(move.shard()));
    }

    private static String note(Map<ShardId, Plan.Target> others) {
        var byZone = new TreeMap<String, SortedSet<ShardId>>();
        others.forEach((shard, target) -> byZone.computeIfAbsent(target.zone().name(), _ -> new TreeSet<>())
                .add(shard));
        var said = new ArrayList<String>();
        byZone.forEach((zone, shards) -> said.add("shards " + ShardSet.write(shards) + " go to " + zone
                + " instead: the region that was planned did not answer"));
        return String.join("; ", said);
    }
}
