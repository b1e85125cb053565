package io.meridian.control.automatic;

import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.topology.FailoverRules;
import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Counts the windows in which a region looks lost. A window counts when throughout it nothing of the region was heard by the control plane, a majority
 * of all other regions had agents that heard nothing of it either, and each of these said so anew within the window: what was said before a link went
 * down is no sight of now. One moment to the contrary, and it begins anew.
 *
 * <p>In the leader's memory and on its monotonic clock: whoever is elected begins with nothing counted.
 */
public final class LossWatch {
    /** What has been counted for one region. */
    public sealed interface Seen {
        /** @param since begin of the first window @param renewals of its leases until now */
        record Lost(Instant since, List<Sight> sights, long renewals) implements Seen {}

        /** It lives, or for a whole window it did not look lost. */
        record NotLost(String why) implements Seen {}

        /** Neither for long enough. */
        record Unsure() implements Seen {}
    }

    private static final class Count {
        private final Instant since;
        private long windowNanos;
        private int windows;
        private final Map<String, Long> beats = new HashMap<>();

        Count(long nanos, Instant since) {
            windowNanos = nanos;
            this.since = since;
        }
    }

    private final Map<RegionId, Count> lost = new HashMap<>();
    private final Map<RegionId, Long> notLostNanos = new HashMap<>();
    private final Map<RegionId, Long> renewals = new HashMap<>();

    /** Whoever does not lead counts nothing. */
    public void forget() {
        lost.clear();
        notLostNanos.clear();
        renewals.clear();
    }

    /** @param nanos of a clock that only goes forward @param now for people */
    public Map<RegionId, Seen> look(ControlState state, Topology topology, long nanos, Instant now) {
        var seen = new TreeMap<RegionId, Seen>();
        for (Topology.Region region : topology.regions()) {
            seen.put(region.id(), look(state, topology, region.id(), nanos, now));
        }
        return seen;
    }

    private Seen look(ControlState state, Topology topology, RegionId region, long nanos, Instant now) {
        if (!LossJudge.watched(state, topology, region)) {
            reset(region);
            return new Seen.NotLost(
                    "it is not looked at: its policy is off, it owns nothing, or a failover of it has begun");
        }
        long renewed = LossJudge.renewals(state, topology, region);
        Long before = renewals.put(region, renewed);
        if (LossJudge.alive(state, topology, region) || (before != null && before != renewed)) {
            reset(region);
            return new Seen.NotLost("it is heard again");
        }
        Duration window = topology.failover().window();
        List<Sight> sights = LossJudge.sights(state, topology, region);
        if (!majority(sights, sights)) {
            return contrary(region, window, nanos);
        }
        Count count = lost.computeIfAbsent(region, _ -> begun(state, topology, sights, nanos, now));
        if (nanos - count.windowNanos >= window.toNanos()) {
            List<Sight> fresh = sights.stream()
                    .filter(sight -> saidAnew(state, topology, sight, count))
                    .toList();
            if (!majority(fresh, sights)) {
                return contrary(region, window, nanos);
            }
            count.windows++;
            count.windowNanos = nanos;
            note(state, topology, sights, count);
        }
        notLostNanos.remove(region);
        return count.windows >= FailoverRules.WINDOWS ? new Seen.Lost(count.since, sights, renewed) : new Seen.Unsure();
    }

    private void reset(RegionId region) {
        lost.remove(region);
        notLostNanos.remove(region);
    }

    private Seen contrary(RegionId region, Duration window, long nanos) {
        lost.remove(region);
        long since = notLostNanos.computeIfAbsent(region, _ -> nanos);
        return nanos - since >= window.toNanos()
                ? new Seen.NotLost("no majority of the other regions sees it as lost any more")
                : new Seen.Unsure();
    }

    private static Count begun(ControlState state, Topology topology, List<Sight> sights, long nanos, Instant now) {
        var count = new Count(nanos, now);
        note(state, topology, sights, count);
        return count;
    }

    private static void note(ControlState state, Topology topology, List<Sight> sights, Count count) {
        count.beats.clear();
        sights.stream()
                .flatMap(sight -> LossJudge.observers(state, topology, sight.from()))
                .forEach(agent -> count.beats.put(agent.key(), agent.beats()));
    }

    /** By everybody whom it rests on. */
    private static boolean saidAnew(ControlState state, Topology topology, Sight sight, Count count) {
        return LossJudge.observers(state, topology, sight.from()).allMatch(agent -> beatsAnew(agent, count));
    }

    private static boolean beatsAnew(AgentObservation agent, Count count) {
        return Optional.ofNullable(count.beats.get(agent.key()))
                .filter(before -> agent.beats() > before)
                .isPresent();
    }

    private static boolean majority(List<Sight> seeing, List<Sight> others) {
        long silent = seeing.stream()
                .filter(sight -> sight.kind() == Sight.Kind.SILENT)
                .count();
        return LossJudge.majority(silent, others.size());
    }
}
