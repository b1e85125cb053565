package io.meridian.conflict;

import io.meridian.topology.RegionId;
import io.meridian.topology.ownership.Lineage;

/**
 * What a store knows of a shard besides its head.
 *
 * @param here its region: of an own epoch the head is a marker, and what was written behind it is known once its CLOSE was captured
 * @param lineage of the epochs that were opened or applied here
 * @param turned the head was turned back, so that nothing behind it is in this store
 */
public record KnownLineage(RegionId here, Lineage lineage, boolean turned) {}
