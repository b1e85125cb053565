package io.meridian.agent.stream;

import io.meridian.topology.RegionId;
import java.util.OptionalLong;

/**
 * How far this region's copy is behind a source.
 *
 * @param millis age of the oldest partition's newest heartbeat; up to a second when nothing is late; empty: none came yet
 * @param recordsBehind known to exist and not applied
 */
public record Lag(RegionId source, OptionalLong millis, long recordsBehind) {}
