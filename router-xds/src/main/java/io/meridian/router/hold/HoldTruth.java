package io.meridian.router.hold;

import io.meridian.router.view.RoutingView;
import io.meridian.topology.RegionId;

/**
 * What the endpoint answers by.
 *
 * @param region whose edges ask
 * @param mapVersion of the same view; told to the application as {@code x-meridian-epoch}, as the edge's script does
 */
public record HoldTruth(RoutingView view, RegionId region, String mapVersion) {}
