package io.meridian.agent.stream;

import io.meridian.topology.RegionId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;

/** Last record of a shard that took effect here in order, or this region's own last marker. @param closed it was the CLOSE of its epoch */
public record Head(Epoch epoch, RegionId region, Position position, boolean closed) {}
