package io.meridian.control.failover;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.seeding.Seeding;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.RegionLease;
import io.meridian.control.switching.Run;
import io.meridian.topology.ProblemType;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardSet;
import io.meridian.topology.StoreId;
import io.meridian.topology.Topology;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A store's database is gone for good, and an empty one follows it under the same name. That is possible only where nothing rests on what it held: it owns
 * nothing, what it owned is open elsewhere, and nobody reads it any more. What it had written and nobody else has is lost by that; two persons answer for it.
 *
 * @see "ARCHITECTURE, A region that begins anew"
 */
public final class AnewDecider {
    private AnewDecider() {}

    public static Answer begin(ControlState state, Command.BeginAnew asked) {
        if (state.declared().isEmpty()) {
            return Answer.no(ProblemType.NO_TOPOLOGY, "there is no topology yet: no region has a store");
        }
        Topology topology = state.declared().get().topology();
        if (topology.regions().stream().noneMatch(region -> region.id().equals(asked.region()))) {
            return Answer.no(ProblemType.UNKNOWN_REGION, "there is no region '" + asked.region() + "'");
        }
        if (topology.storeGroup(asked.group()).isEmpty()) {
            return Answer.no(ProblemType.INVALID_ARGUMENT, topology.unknownGroup(asked.group()));
        }
        StoreId store = topology.store(asked.region(), asked.group());
        RegionLease lease = state.lease(asked.region(), asked.group()).orElseThrow();
        if (asked.logLost() && !lease.logLost() && lease.life() > 1 && lease.data() == RegionLease.Data.UNSEEDED) {
            return new Answer.Yes(List.of(new Event.LogGivenUp(store)), Integer.toString(lease.life()), List.of());
        }
        return obstacle(state, asked, store, lease)
                .map(why -> Answer.no(ProblemType.STORE_NOT_GONE, store.inWords() + " cannot begin anew: " + why))
                .orElseGet(() -> new Answer.Yes(
                        List.of(new Event.StoreBegunAnew(store, asked.logLost())),
                        Integer.toString(lease.life() + 1),
                        List.of()));
    }

    private static Optional<String> obstacle(
            ControlState state, Command.BeginAnew asked, StoreId store, RegionLease lease) {
        List<String> ofManyWriters = state.declared().orElseThrow().topology().tables().stream()
                .filter(table -> !table.sharded() && table.storeGroup().equals(asked.group()))
                .map(table -> table.schema() + "." + table.name())
                .toList();
        if (!ofManyWriters.isEmpty()) {
            return Optional.of(
                    "every region may write " + String.join(", ", ofManyWriters)
                            + ", and what this one added there is known by its name: an empty database would take that back everywhere");
        }
        List<ShardId> owned = state.shards().stream()
                .filter(shard -> shard.region().equals(store.region()) && state.holds(asked.group(), shard.shard()))
                .map(shard -> shard.shard())
                .toList();
        if (!owned.isEmpty()) {
            return Optional.of("it owns shards " + ShardSet.write(owned)
                    + "; fail it over first, or, when its database lives, move them away");
        }
        if (state.agentOf(asked.region(), asked.group())
                .filter(agent -> agent.connected() && agent.capturing())
                .isPresent()) {
            return Optional.of(
                    "its agent is connected and reads the database, so that comes back by itself; when it shall not, stop the agent first");
        }
        if (lease.lease() == RegionLease.Lease.ACTIVE && !lease.lapsed()) {
            return Optional.of("its lease was renewed a moment ago; wait until it has run out");
        }
        Optional<Run> run = state.activeRuns().stream()
                .filter(each -> each.failover()
                                .filter(failover -> failover.region().equals(store.region()))
                                .isPresent()
                        || each.plan()
                                .moves()
                                .anyMatch(move ->
                                        each.plan().target(move).region().equals(store.region())))
                .findFirst();
        if (run.isPresent()) {
            return Optional.of(run.get().id() + " is under way and is about it; wait until it has ended");
        }
        Optional<Seeding> seeding = state.seedings()
                .running()
                .filter(each -> each.region().equals(store.region()))
                .findFirst();
        if (seeding.isPresent()) {
            return Optional.of(seeding.get().id() + " copies shards to it; cancel that first");
        }
        List<ShardId> unopened = state.losses().of(store).stream()
                .flatMap(loss -> loss.cuts().entrySet().stream())
                .filter(each -> each.getValue().openedAt().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        return unopened.isEmpty()
                ? Optional.empty()
                : Optional.of("shards " + ShardSet.write(unopened)
                        + " are not known to be open at their new owners yet; wait for their agents");
    }
}
