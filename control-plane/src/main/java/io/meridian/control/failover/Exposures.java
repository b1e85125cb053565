package io.meridian.control.failover;

import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.SwitchState.Gathering.Answer;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.stream.Stream;

/** Reckons what would be lost with a region: from what agents told last, and once survivors have answered, from that. */
public final class Exposures {
    private Exposures() {}

    /** As far as agents have told; of the groups in which the region owns something, the worst counts. */
    public static Exposure now(ControlState state, Topology topology, RegionId lost) {
        Optional<Instant> lastSeen = lastSeen(state, topology, lost);
        var stores = new ArrayList<Exposure.OfStore>();
        var best = new ArrayList<Exposure.OfStore>();
        boolean allKnown = true;
        for (Topology.StoreGroup group : topology.storeGroups()) {
            List<Exposure.OfStore> survivors = topology.regions().stream()
                    .map(Topology.Region::id)
                    .filter(region -> !region.equals(lost))
                    .flatMap(region -> state.agentOf(region, group.name()).stream())
                    .map(agent -> of(agent, lost, lastSeen))
                    .toList();
            stores.addAll(survivors);
            boolean owns = state.shards().stream()
                    .anyMatch(shard -> shard.region().equals(lost)
                            && group.range(topology.shards()).holds(shard.shard()));
            if (owns) {
                Optional<Exposure.OfStore> furthest = survivors.stream()
                        .filter(store -> store.heartbeat().isPresent())
                        .max(Comparator.comparing(store -> store.heartbeat().orElseThrow()));
                furthest.ifPresent(best::add);
                allKnown &= furthest.isPresent();
            }
        }
        return new Exposure(
                lastSeen,
                allKnown
                        ? best.stream()
                                .flatMap(store -> store.heartbeat().stream())
                                .min(Comparator.naturalOrder())
                        : Optional.empty(),
                allKnown
                        ? all(best.stream().map(Exposure.OfStore::millis).toList())
                                .flatMap(Exposures::worst)
                        : Optional.empty(),
                allKnown
                        ? all(best.stream().map(Exposure.OfStore::records).toList())
                                .map(Exposures::sum)
                        : Optional.empty(),
                allKnown
                        ? all(best.stream().map(Exposure.OfStore::rows).toList())
                                .map(Exposures::sum)
                        : Optional.empty(),
                stores);
    }

    /**
     * By the answers.
     *
     * @param cut the shards that go on from less than the region had, or may have had
     */
    static Exposure gathered(
            ControlState state,
            Topology topology,
            RegionId lost,
            SortedMap<ShardId, SortedMap<RegionId, Answer>> answers,
            SortedSet<ShardId> cut) {
        Exposure told = now(state, topology, lost);
        if (cut.isEmpty()) {
            return told.nothing();
        }
        Optional<List<Long>> heartbeats =
                all(cut.stream().map(shard -> newest(answers.get(shard))).toList());
        Optional<Instant> oldest = heartbeats
                .flatMap(all -> all.stream().min(Comparator.naturalOrder()))
                .map(micros -> Instant.EPOCH.plusMillis(micros / 1000));
        return new Exposure(
                told.lastSeen(),
                oldest,
                between(oldest, told.lastSeen()),
                told.records(),
                told.rows(),
                told.perRegion());
    }

    private static Optional<Long> newest(@org.jspecify.annotations.Nullable SortedMap<RegionId, Answer> answers) {
        return Stream.ofNullable(answers)
                .flatMap(all -> all.values().stream())
                .filter(Answer::usable)
                .map(Answer::heartbeatMicros)
                .filter(micros -> micros > 0)
                .max(Comparator.naturalOrder());
    }

    private static Exposure.OfStore of(AgentObservation agent, RegionId lost, Optional<Instant> lastSeen) {
        long heard = agent.measures().heardMillis();
        Optional<Instant> heartbeat = heard == 0
                ? Optional.empty()
                : Optional.ofNullable(agent.lagMillis().get(lost)).map(lag -> Instant.ofEpochMilli(heard - lag));
        return new Exposure.OfStore(
                agent.region().name(),
                agent.group(),
                heartbeat,
                between(heartbeat, lastSeen),
                Optional.ofNullable(agent.measures().recordsBehind().get(lost)),
                Optional.ofNullable(agent.flow().behind().get(lost)).flatMap(AgentObservation.Behind::rows));
    }

    private static Optional<Instant> lastSeen(ControlState state, Topology topology, RegionId lost) {
        Stream<Long> agents = state.agents().values().stream()
                .filter(agent -> agent.region().equals(lost))
                .map(agent -> agent.measures().heardMillis());
        Stream<Long> leases = topology.stores().stream()
                .filter(store -> store.region().equals(lost))
                .flatMap(store -> Stream.ofNullable(state.leases().get(store)))
                .map(lease -> lease.renewedMillis());
        return Stream.concat(agents, leases)
                .filter(millis -> millis > 0)
                .max(Comparator.naturalOrder())
                .map(Instant::ofEpochMilli);
    }

    private static Optional<Long> between(Optional<Instant> from, Optional<Instant> to) {
        return from.flatMap(start ->
                to.map(end -> Math.max(0, Duration.between(start, end).toMillis())));
    }

    /** Empty as soon as one is not known. */
    private static Optional<List<Long>> all(Collection<Optional<Long>> each) {
        return each.stream().allMatch(Optional::isPresent)
                ? Optional.of(each.stream().map(Optional::orElseThrow).toList())
                : Optional.empty();
    }

    private static Optional<Long> worst(List<Long> all) {
        return all.stream().max(Comparator.naturalOrder());
    }

    private static long sum(List<Long> all) {
        return all.stream().mapToLong(Long::longValue).sum();
    }
}
