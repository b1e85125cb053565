package io.meridian.control.automatic;

import io.meridian.topology.RegionId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Regions that look lost, and failovers that nobody asked for.
 *
 * @param started oldest first, at most {@link #STARTED_KEPT}
 * @param tripped none is started any more until a person acknowledges
 */
public record AutomaticFailovers(
        SortedMap<RegionId, Advice> advices, List<Started> started, Optional<Tripped> tripped) {
    static final int STARTED_KEPT = 100;
    private static final Duration HOUR = Duration.ofHours(1);

    /** @param acknowledged a person has looked since */
    public record Started(String run, RegionId region, Instant at, boolean acknowledged) {
        Started seen() {
            return new Started(run, region, at, true);
        }
    }

    public record Tripped(Instant since, String why) {}

    public AutomaticFailovers {
        advices = Collections.unmodifiableSortedMap(new TreeMap<>((Map<RegionId, Advice>) advices));
        started = List.copyOf(started);
    }

    public static AutomaticFailovers none() {
        return new AutomaticFailovers(new TreeMap<>(), List.of(), Optional.empty());
    }

    public Optional<Advice> advice(RegionId region) {
        return Optional.ofNullable(advices.get(region));
    }

    public boolean startedRun(String run) {
        return started.stream().anyMatch(one -> one.run().equals(run));
    }

    AutomaticFailovers with(Advice advice) {
        var next = new TreeMap<RegionId, Advice>((Map<RegionId, Advice>) advices);
        next.put(advice.region(), advice);
        return new AutomaticFailovers(next, started, tripped);
    }

    AutomaticFailovers without(RegionId region) {
        var next = new TreeMap<RegionId, Advice>((Map<RegionId, Advice>) advices);
        next.remove(region);
        return new AutomaticFailovers(next, started, tripped);
    }

    /** No advice is of here: whoever leads makes its own. */
    public AutomaticFailovers withoutAdvices() {
        return new AutomaticFailovers(new TreeMap<>(), started, tripped);
    }

    /** Trips with the last one that an hour may have. */
    AutomaticFailovers starting(Started one, int perHour) {
        var all = new ArrayList<>(started);
        all.add(one);
        // A clock that was ahead makes the hour longer, never shorter.
        long withinHour = all.stream()
                .filter(each ->
                        !each.acknowledged() && each.at().isAfter(one.at().minus(HOUR)))
                .count();
        Optional<Tripped> now = tripped.isPresent() || withinHour < perHour
                ? tripped
                : Optional.of(new Tripped(
                        one.at(),
                        withinHour + " within an hour, the last was " + one.run() + " of region " + one.region()
                                + "; failover.perHour is " + perHour));
        return new AutomaticFailovers(
                without(one.region()).advices(), all.subList(Math.max(0, all.size() - STARTED_KEPT), all.size()), now);
    }

    /** A person has looked: what was started until now counts no more. */
    AutomaticFailovers acknowledged() {
        return new AutomaticFailovers(
                advices, started.stream().map(Started::seen).toList(), Optional.empty());
    }

    boolean unacknowledged() {
        return tripped.isPresent() || !started.stream().allMatch(Started::acknowledged);
    }
}
