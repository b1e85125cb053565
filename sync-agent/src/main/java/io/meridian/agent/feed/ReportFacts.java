package io.meridian.agent.feed;

import io.meridian.topology.RegionId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How the agent is, told once a second and held in memory only.
 *
 * @param problem what needs a person; empty when well
 * @param slot empty: not seen yet
 * @param lives of regions behind their first, whose logs are applied
 */
public record ReportFacts(
        boolean capturing,
        boolean applying,
        Optional<String> problem,
        List<Lag> lags,
        Optional<Slot> slot,
        Map<RegionId, Integer> lives) {
    /**
     * @param millis age of the newest heartbeat applied; empty: not known
     * @param rowsBehind row changes in the records behind, and {@code bytesBehind} their size: reckoned; empty: not known
     * @param silentMillis since the source's Kafka answered last; empty: nobody here can tell
     * @param partitionMillis by partition, as {@code millis}
     */
    public record Lag(
            RegionId source,
            OptionalLong millis,
            long recordsBehind,
            OptionalLong rowsBehind,
            OptionalLong bytesBehind,
            OptionalLong silentMillis,
            List<OptionalLong> partitionMillis) {
        /** Of which no more is known. */
        public Lag(RegionId source, OptionalLong millis, long recordsBehind) {
            this(
                    source,
                    millis,
                    recordsBehind,
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    List.of());
        }
    }

    /** @param leftBytes until the store gives the slot up; empty: it never does */
    public record Slot(String name, String state, long retainedBytes, OptionalLong leftBytes, Pressure pressure) {}

    public enum Pressure {
        NONE,
        HIGH,
        LOSING
    }

    public static final ReportFacts STARTING = new ReportFacts(false, false, Optional.of("starting"), List.of());

    /** Without a slot. */
    public ReportFacts(boolean capturing, boolean applying, Optional<String> problem, List<Lag> lags) {
        this(capturing, applying, problem, lags, Optional.empty(), Map.of());
    }

    /** How the agent is as a whole, when the data path is so. */
    public ReportFacts with(Optional<String> wholeProblem) {
        return new ReportFacts(capturing, applying, wholeProblem, lags, slot, lives);
    }
}
