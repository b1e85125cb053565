package io.meridian.control.failover;

import io.meridian.control.assignment.FailoverTargets;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.EventApplier;
import io.meridian.control.state.RegionLease;
import io.meridian.control.state.ShardState;
import io.meridian.control.switching.MoveOptions;
import io.meridian.control.switching.Plan;
import io.meridian.control.switching.Plan.ShardMove;
import io.meridian.control.switching.Proof;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.Superseding;
import io.meridian.control.switching.SwitchState;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardSet;
import io.meridian.topology.StoreId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Epoch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Plans the failover of a region and starts it: one wave of all that it owns or was on its way to own, and of what other runs had under way with it. */
final class FailoverPlan {
    private final ControlState state;
    private final Topology topology;
    private final Command.StartFailover asked;
    private final Superseding superseding;

    private FailoverPlan(ControlState state, Topology topology, Command.StartFailover asked, Superseding superseding) {
        this.state = state;
        this.topology = topology;
        this.asked = asked;
        this.superseding = superseding;
    }

    /** Of what passed every other refusal. */
    static Answer start(ControlState before, Topology topology, Command.StartFailover asked) {
        var superseding = Superseding.by(before, asked.region(), asked.now());
        ControlState state = before;
        for (Event event : superseding.events()) {
            state = EventApplier.apply(state, event);
        }
        return new FailoverPlan(state, topology, asked, superseding).start();
    }

    private Answer start() {
        var mayGo = new TreeMap<ShardId, SortedSet<RegionId>>();
        var nowhere = new TreeSet<ShardId>();
        var doubted = new TreeMap<RegionId, Set<ShardId>>();
        topology.regions()
                .forEach(region -> doubted.put(region.id(), state.seedings().doubted(region.id())));
        for (ShardState shard : state.shards()) {
            boolean taken = superseding.taken().containsKey(shard.shard())
                    && !superseding.targets().containsKey(shard.shard());
            if (shard.region().equals(asked.region()) || taken) {
                SortedSet<RegionId> fit = fit(topology.groupOf(shard.shard()).name());
                fit.removeIf(region -> doubted.getOrDefault(region, Set.of()).contains(shard.shard()));
                mayGo.put(shard.shard(), fit);
                if (fit.isEmpty()) {
                    nowhere.add(shard.shard());
                }
            }
        }
        if (!nowhere.isEmpty()) {
            return Answer.no(
                    ProblemType.NO_ROOM,
                    "nobody can take over shards " + ShardSet.write(nowhere) + ": " + unfit()
                            + "; bring one of them back" + unseeded(nowhere));
        }
        return switch (FailoverTargets.of(state, topology, asked.region(), mayGo)) {
            case FailoverTargets.None none ->
                Answer.no(ProblemType.NO_ROOM, none.why() + "; add zones, or change the topology's residency");
            case FailoverTargets.Found found -> started(found);
        };
    }

    /** Those that are kept from it by their copies only. */
    private String unseeded(SortedSet<ShardId> shards) {
        List<String> said = topology.regions().stream()
                .map(Topology.Region::id)
                .filter(region -> !region.equals(asked.region()))
                .filter(region -> !Collections.disjoint(state.seedings().doubted(region), shards))
                .map(RegionId::name)
                .toList();
        return said.isEmpty()
                ? ""
                : "; what " + String.join(", ", said)
                        + " has of some of them is not whole, or is being made anew (./meridian seedings)";
    }

    private SortedSet<RegionId> fit(String group) {
        return topology.regions().stream()
                .map(Topology.Region::id)
                .filter(region -> !region.equals(asked.region()))
                .filter(region -> asked.to().isEmpty() || asked.to().get().equals(region))
                .filter(region -> why(region, group).isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What keeps {@code region} from owning more in {@code group}; empty: nothing. */
    private Optional<String> why(RegionId region, String group) {
        Optional<RegionLease> lease = state.lease(region, group);
        if (lease.filter(RegionLease::fit).isEmpty()) {
            return Optional.of(
                    "is " + lease.map(held -> held.lease() + ", " + held.data()).orElse("without a lease"));
        }
        Optional<AgentObservation> agent = state.agentOf(region, group);
        if (agent.filter(AgentObservation::connected).isEmpty()) {
            return Optional.of("has no sync agent connected");
        }
        if (agent.filter(seen -> seen.leaseRemainingMillis() > 0).isEmpty()) {
            return Optional.of("has no valid lease");
        }
        return topology.shardZones().stream().noneMatch(zone -> zone.region().equals(region))
                ? Optional.of("has no R zone")
                : Optional.empty();
    }

    private String unfit() {
        var said = new ArrayList<String>();
        for (Topology.Region member : topology.regions()) {
            if (member.id().equals(asked.region())
                    || asked.to().filter(to -> !to.equals(member.id())).isPresent()) {
                continue;
            }
            for (Topology.StoreGroup group : topology.storeGroups()) {
                why(member.id(), group.name())
                        .ifPresent(why -> said.add(
                                topology.store(member.id(), group.name()).inWords() + " " + why));
            }
        }
        return said.isEmpty() ? "there is no other region" : String.join(", ", said);
    }

    private Answer started(FailoverTargets.Found found) {
        String id = "mv-" + (state.runsMade() + 1);
        Run run = Run.planned(id, plan(found), failover(), asked.now());
        var events = new ArrayList<Event>(superseding.events());
        events.add(new Event.RunPlanned(run));
        takeOver(id, events);
        events.add(new Event.Frozen(
                id,
                owned().stream()
                        .filter(shard -> !superseding.taken().containsKey(shard))
                        .toList()));
        for (StoreId store : topology.stores()) {
            if (store.region().equals(asked.region())
                    && state.leases().get(store) instanceof RegionLease lease
                    && lease.lease() == RegionLease.Lease.ACTIVE) {
                events.add(new Event.LeaseRevoked(store));
            }
        }
        events.add(new Event.RunEntered(
                id, new SwitchState.Expiring(false), 1, run.counts(), "its leases are revoked", "", asked.now()));
        return new Answer.Yes(events, id, List.of());
    }

    private List<ShardId> owned() {
        return state.shards().stream()
                .filter(shard -> shard.region().equals(asked.region()))
                .map(ShardState::shard)
                .toList();
    }

    private void takeOver(String id, List<Event> events) {
        var byRun = new TreeMap<String, List<ShardId>>();
        superseding
                .taken()
                .forEach((shard, run) ->
                        byRun.computeIfAbsent(run, _ -> new ArrayList<>()).add(shard));
        byRun.forEach((run, shards) -> events.add(new Event.TakenOver(run, id, shards)));
        if (!superseding.proofs().isEmpty()) {
            events.add(new Event.ProofsCollected(id, superseding.proofs()));
        }
    }

    private Failover failover() {
        return new Failover(
                asked.region(),
                asked.to(),
                asked.maxLoss(),
                asked.reason(),
                asked.lease(),
                asked.transactionLimit(),
                0,
                false,
                Optional.empty());
    }

    private Plan plan(FailoverTargets.Found found) {
        SortedMap<ShardId, Plan.Target> targets = new TreeMap<>(found.targets());
        targets.putAll(superseding.targets());
        var proven = new TreeMap<ShardId, Proof>();
        superseding.proofs().forEach(proof -> proven.put(proof.shard(), proof));
        var common = targets.values().stream().distinct().toList();
        var moves = new ArrayList<ShardMove>();
        targets.forEach((id, target) -> {
            ShardState shard = state.shard(id);
            Proof proof = proven.get(id);
            RegionId from = proof == null ? shard.region() : proof.fromRegion();
            Epoch epoch = proof == null ? shard.newestGrant().epoch() : proof.closed();
            moves.add(new ShardMove(
                    id, shard.zone(), from, epoch, common.size() == 1 ? Optional.empty() : Optional.of(target)));
        });
        String text = asked.region() + " lost: "
                + moves.stream()
                        .map(move -> move.shard() + ":" + move.epoch() + ">" + targets.get(move.shard()))
                        .collect(Collectors.joining(","));
        var notes = new ArrayList<String>();
        notes.add("region " + asked.region() + " is lost: its shards go to others, on what those have of them");
        if (!superseding.taken().isEmpty()) {
            notes.add("taken over from "
                    + String.join(", ", new TreeSet<>(superseding.taken().values())));
        }
        return new Plan(
                Decider.sha256(text).substring(0, 16),
                common.size() == 1 ? Optional.of(common.getFirst().zone()) : Optional.empty(),
                common.size() == 1 ? Optional.of(common.getFirst().region()) : Optional.empty(),
                List.of(new Plan.Wave(Plan.Wave.Kind.OWNERSHIP, moves)),
                asked.limits().under(topology.limits(), MoveOptions.none()),
                new Plan.Purpose(Plan.Verb.FAILOVER, found.whys(), notes));
    }
}
