package io.meridian.agent.feed;

import io.meridian.topology.RegionId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How the agent is, told once a second and held in memory only.
 *
 * @param problem what needs a person; empty when well
 */
public record ReportFacts(boolean capturing, boolean applying, Optional<String> problem, List<Lag> lags) {
    /** @param millis age of the newest heartbeat applied; empty: none yet */
    public record Lag(RegionId source, OptionalLong millis, long recordsBehind) {}

    public static final ReportFacts STARTING = new ReportFacts(false, false, Optional.of("starting"), List.of());
}
