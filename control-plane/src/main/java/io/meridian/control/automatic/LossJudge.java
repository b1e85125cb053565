package io.meridian.control.automatic;

import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RegionLease;
import io.meridian.topology.FailoverPolicy;
import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a state says of a region at one moment: whether it lives, and what the others see of it. How long that has been so is {@link LossWatch}'s. */
public final class LossJudge {
    /** A region's Kafka answers twice a second even when there is nothing new: this is no slow answer any more. */
    public static final Duration SILENT = Duration.ofSeconds(3);

    private LossJudge() {}

    /** Whether it is looked at: it owns something, may own, and its policy is not off. */
    static boolean watched(ControlState state, Topology topology, RegionId region) {
        return topology.region(region)
                        .filter(each -> each.failover().mode() != FailoverPolicy.Mode.OFF)
                        .isPresent()
                && state.shards().stream().anyMatch(shard -> shard.region().equals(region))
                && leases(state, topology, region).allMatch(lease -> lease.lease() == RegionLease.Lease.ACTIVE);
    }

    /** One of its agents is there and renews its lease: the same rule by which a person's failover is refused. */
    static boolean alive(ControlState state, Topology topology, RegionId region) {
        return topology.storeGroups().stream()
                .anyMatch(group -> heard(state, region, group.name()).isPresent()
                        && state.lease(region, group.name())
                                .filter(lease -> !lease.lapsed())
                                .isPresent());
    }

    /** Renewals of all its leases: when there is one more, it was heard. */
    static long renewals(ControlState state, Topology topology, RegionId region) {
        return leases(state, topology, region).mapToLong(RegionLease::renewals).sum();
    }

    /** To the control plane: of some store of it nobody is heard, or its lease ran out. */
    static boolean looksDead(ControlState state, Topology topology, RegionId region) {
        return topology.storeGroups().stream()
                .anyMatch(group -> heard(state, region, group.name()).isEmpty()
                        || state.lease(region, group.name())
                                .filter(RegionLease::lapsed)
                                .isPresent());
    }

    /** Of every other region, in the topology's order. */
    static List<Sight> sights(ControlState state, Topology topology, RegionId lost) {
        return topology.regions().stream()
                .map(Topology.Region::id)
                .filter(region -> !region.equals(lost))
                .map(region -> sight(state, topology, region, lost))
                .toList();
    }

    private static Sight sight(ControlState state, Topology topology, RegionId from, RegionId lost) {
        var silent = new ArrayList<Long>();
        for (Topology.StoreGroup group : topology.storeGroups()) {
            Optional<Long> millis = heard(state, from, group.name())
                    .flatMap(agent ->
                            Optional.ofNullable(agent.measures().silentMillis().get(lost)));
            if (millis.isPresent() && millis.get() < SILENT.toMillis()) {
                return new Sight(from, Sight.Kind.ANSWERS, from + " hears " + lost);
            }
            millis.ifPresent(silent::add);
        }
        if (silent.isEmpty()) {
            return new Sight(from, Sight.Kind.BLIND, from + " cannot tell: none of its agents says what it hears");
        }
        long least = silent.stream().mapToLong(Long::longValue).min().orElseThrow();
        return new Sight(
                from, Sight.Kind.SILENT, from + " has heard nothing from " + lost + " for " + least / 1000.0 + " s");
    }

    /** Those whose reports a region's sight rests on. */
    static Stream<AgentObservation> observers(ControlState state, Topology topology, RegionId from) {
        return topology.storeGroups().stream().flatMap(group -> heard(state, from, group.name()).stream());
    }

    /** @param regions that see the same, of {@code others}: all but the one that is looked at, the blind ones too */
    static boolean majority(long regions, int others) {
        return 2 * regions > others;
    }

    private static Optional<AgentObservation> heard(ControlState state, RegionId region, String group) {
        return state.agentOf(region, group).filter(AgentObservation::connected);
    }

    private static Stream<RegionLease> leases(ControlState state, Topology topology, RegionId region) {
        return topology.storeGroups().stream().flatMap(group -> state.lease(region, group.name()).stream());
    }
}
