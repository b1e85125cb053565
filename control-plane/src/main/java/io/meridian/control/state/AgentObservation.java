package io.meridian.control.state;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A sync agent as its node last reported it: rarely, so the numbers may be some seconds old.
 *
 * @param session of its stream
 * @param problem empty when well
 * @param lagMillis per source region: age of the newest heartbeat applied; a source without one is left out
 */
public record AgentObservation(
        RegionId region,
        String group,
        String session,
        String node,
        boolean connected,
        boolean healthKnown,
        boolean capturing,
        boolean applying,
        String problem,
        long leaseRemainingMillis,
        SortedMap<RegionId, Long> lagMillis,
        List<Stopped> stopped,
        long beats,
        Measures measures,
        Flow flow) {
    /**
     * How the streams flow. Nothing is decided by it.
     *
     * @param behind per source region, besides {@code lagMillis} and {@code recordsBehind}
     * @param shards the worst ones, worst first
     * @param slot empty: not told
     * @param parked the oldest that wait there, oldest first; at most {@link #PARKED_KEPT}, their reasons cut: this is told again and again
     * @param parkedShards how many wait
     */
    public record Flow(
            SortedMap<RegionId, Behind> behind,
            List<ShardLag> shards,
            Optional<Slot> slot,
            List<Parked> parked,
            int parkedShards) {
        public static final int PARKED_KEPT = 20;

        public Flow {
            behind = Collections.unmodifiableSortedMap(new TreeMap<>((Map<RegionId, Behind>) behind));
            shards = List.copyOf(shards);
            parked = List.copyOf(parked);
        }

        /** As much of it as every replica is to keep. */
        public Flow brief() {
            return new Flow(
                    behind,
                    shards,
                    slot,
                    parked.stream().limit(PARKED_KEPT).map(Parked::brief).toList(),
                    parkedShards);
        }

        public static Flow none() {
            return new Flow(new TreeMap<>(), List.of(), Optional.empty(), List.of(), 0);
        }
    }

    /** Reckoned; empty: not known. */
    public record Behind(Optional<Long> rows, Optional<Long> bytes) {}

    /** @param millis since when nothing more of it is known to be in @param reason of one that waits or is stopped, else empty */
    public record ShardLag(ShardId shard, RegionId source, long millis, LagKind kind, String reason) {}

    public enum LagKind {
        /** With its whole partition. */
        BEHIND,
        /** By itself: its oldest entry cannot be applied yet. */
        WAITING,
        STOPPED
    }

    /** @param leftBytes until the store gives it up; empty: it never does */
    public record Slot(String name, String state, long retainedBytes, Optional<Long> leftBytes, Pressure pressure) {}

    public enum Pressure {
        NONE,
        HIGH,
        LOSING
    }

    /**
     * A shard's changes from one source that wait there, and why the oldest does.
     *
     * @param waiting {@code BARRIER} or {@code REFUSED}; others may come
     * @param position of the oldest, and its {@code epoch}
     * @param since by the store's clock
     */
    public record Parked(
            RegionId source,
            ShardId shard,
            String waiting,
            String position,
            long epoch,
            String reason,
            Instant since,
            long records,
            long bytes) {
        private static final int BRIEF = 300;

        Parked brief() {
            return reason.length() <= BRIEF
                    ? this
                    : new Parked(
                            source,
                            shard,
                            waiting,
                            position,
                            epoch,
                            reason.substring(0, BRIEF - 3) + "...",
                            since,
                            records,
                            bytes);
        }
    }

    /** A shard that applies nothing more, and why. */
    public record Stopped(ShardId shard, RegionId source, String reason) {}

    /**
     * @param taken false: by a version that did not take them, so nothing waits for them; its log has to come to the same ends
     * @param recordsBehind per source region: known to exist and not applied; a source that nothing was said of is left out
     * @param clockOffsetMillis of the store's clock from its node's, when it last asked for its lease; empty: it did not yet. The way of the request
     *     is in it.
     * @param heardMillis when the replicated picture was told last while it was connected, in milliseconds since 1970; 0: not known
     * @param silentMillis per source region: since it answered last; a source of which nobody there can tell is left out
     * @param lives of regions behind their first, whose logs are applied there
     */
    public record Measures(
            boolean taken,
            SortedMap<RegionId, Long> recordsBehind,
            Optional<Long> clockOffsetMillis,
            long heardMillis,
            SortedMap<RegionId, Long> silentMillis,
            SortedMap<RegionId, Integer> lives) {
        /** That knows of no silence. */
        public Measures(
                boolean taken,
                SortedMap<RegionId, Long> recordsBehind,
                Optional<Long> clockOffsetMillis,
                long heardMillis) {
            this(taken, recordsBehind, clockOffsetMillis, heardMillis, new TreeMap<>(), new TreeMap<>());
        }

        /** What else it hears of other regions. */
        public Measures silent(SortedMap<RegionId, Long> millis) {
            return new Measures(taken, recordsBehind, clockOffsetMillis, heardMillis, millis, lives);
        }

        /** Whose logs it applies. */
        public Measures applying(SortedMap<RegionId, Integer> applied) {
            return new Measures(taken, recordsBehind, clockOffsetMillis, heardMillis, silentMillis, applied);
        }

        public Measures(boolean taken, SortedMap<RegionId, Long> recordsBehind, Optional<Long> clockOffsetMillis) {
            this(taken, recordsBehind, clockOffsetMillis, 0);
        }

        Measures heard(long millis) {
            return new Measures(taken, recordsBehind, clockOffsetMillis, millis, silentMillis, lives);
        }

        public Measures {
            recordsBehind = Collections.unmodifiableSortedMap(new TreeMap<>((Map<RegionId, Long>) recordsBehind));
            silentMillis = Collections.unmodifiableSortedMap(new TreeMap<>((Map<RegionId, Long>) silentMillis));
            lives = Collections.unmodifiableSortedMap(new TreeMap<>((Map<RegionId, Integer>) lives));
        }

        public static Measures none() {
            return new Measures(false, new TreeMap<>(), Optional.empty());
        }
    }

    public AgentObservation {
        lagMillis = Collections.unmodifiableSortedMap(new TreeMap<>((Map<RegionId, Long>) lagMillis));
        stopped = List.copyOf(stopped);
    }

    /** Without measures. */
    public AgentObservation(
            RegionId region,
            String group,
            String session,
            String node,
            boolean connected,
            boolean healthKnown,
            boolean capturing,
            boolean applying,
            String problem,
            long leaseRemainingMillis,
            SortedMap<RegionId, Long> lagMillis,
            List<Stopped> stopped,
            long beats) {
        this(
                region,
                group,
                session,
                node,
                connected,
                healthKnown,
                capturing,
                applying,
                problem,
                leaseRemainingMillis,
                lagMillis,
                stopped,
                beats,
                Measures.none());
    }

    /** Of whose streams nothing is known. */
    public AgentObservation(
            RegionId region,
            String group,
            String session,
            String node,
            boolean connected,
            boolean healthKnown,
            boolean capturing,
            boolean applying,
            String problem,
            long leaseRemainingMillis,
            SortedMap<RegionId, Long> lagMillis,
            List<Stopped> stopped,
            long beats,
            Measures measures) {
        this(
                region,
                group,
                session,
                node,
                connected,
                healthKnown,
                capturing,
                applying,
                problem,
                leaseRemainingMillis,
                lagMillis,
                stopped,
                beats,
                measures,
                Flow.none());
    }

    public String key() {
        return key(region, group);
    }

    public static String key(RegionId region, String group) {
        return region + "/" + group;
    }

    AgentObservation beat(long number, long heardMillis) {
        return with(connected, number, measures.heard(heardMillis));
    }

    AgentObservation lapsed() {
        return with(false, beats, measures);
    }

    private AgentObservation with(boolean nowConnected, long number, Measures nowMeasures) {
        return new AgentObservation(
                region,
                group,
                session,
                node,
                nowConnected,
                healthKnown,
                capturing,
                applying,
                problem,
                leaseRemainingMillis,
                lagMillis,
                stopped,
                number,
                nowMeasures,
                flow);
    }
}
