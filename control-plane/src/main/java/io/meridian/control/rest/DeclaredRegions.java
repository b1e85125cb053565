package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.NO_TOPOLOGY;
import static io.meridian.topology.ProblemType.UNKNOWN_REGION;

import io.meridian.control.state.ControlState;
import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import java.util.List;

/** Regions as a query names them. */
final class DeclaredRegions {
    private DeclaredRegions() {}

    /** @throws RefusedException there is no topology, or no such region in it */
    static RegionId find(ControlState state, String region) {
        List<String> regions = state
                .declared()
                .orElseThrow(() -> new RefusedException(NO_TOPOLOGY, "there is no topology yet, so no region"))
                .topology()
                .regions()
                .stream()
                .map(Topology.Region::id)
                .map(RegionId::name)
                .toList();
        if (!regions.contains(region)) {
            throw new RefusedException(
                    UNKNOWN_REGION, "there is no region '" + region + "'; regions are " + String.join(", ", regions));
        }
        return RegionId.of(region);
    }
}
