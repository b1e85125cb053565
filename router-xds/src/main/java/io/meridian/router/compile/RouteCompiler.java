package io.meridian.router.compile;

import io.meridian.router.view.Places;
import io.meridian.router.view.RouteMap;
import io.meridian.router.view.RoutingView;
import io.meridian.topology.RegionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Compiles what a region's Envoys need: a cluster per own zone and per gateway, the edge's routes (which carry the map), the
 * gateway's routes. Equal input gives equal bytes and versions.
 *
 * @see "the routing reference, envoy/README.md of the design"
 */
public final class RouteCompiler {
    static final String EDGE = "meridian-edge";
    static final String GATEWAY = "meridian-gateway";

    private final RegionId region;
    private final Clusters clusters;

    public RouteCompiler(RegionId region, GatewayTls tls) {
        this.region = region;
        this.clusters = new Clusters(tls);
    }

    /** @param map of the same view, as seen from this region */
    public EnvoyResources compile(RoutingView view, RouteMap map) {
        Places places = view.routing().places();
        return EnvoyResources.of(
                view.revision(),
                Map.of(
                        ResourceType.CLUSTER, clusters(places),
                        ResourceType.ROUTE,
                                List.of(
                                        route(EDGE, EdgeRoutes.of(EDGE, map)),
                                        route(GATEWAY, GatewayRoutes.of(GATEWAY, ownZones(places))))));
    }

    private List<EnvoyResource> clusters(Places places) {
        var resources = new ArrayList<EnvoyResource>();
        for (Places.Zone zone : ownZones(places)) {
            String name = Places.zoneCluster(zone.id());
            resources.add(EnvoyResource.of(ResourceType.CLUSTER, name, clusters.zone(name, zone.endpoints(), places)));
        }
        for (Places.Gateway gateway : places.gateways()) {
            if (gateway.from().equals(region)) {
                String name = Places.gatewayCluster(gateway.to());
                resources.add(EnvoyResource.of(
                        ResourceType.CLUSTER, name, clusters.gateway(name, gateway.to(), gateway.address())));
            }
        }
        return resources;
    }

    private List<Places.Zone> ownZones(Places places) {
        return places.zones().values().stream()
                .filter(zone -> zone.region().equals(region))
                .toList();
    }

    private static EnvoyResource route(String name, com.google.protobuf.Message message) {
        return EnvoyResource.of(ResourceType.ROUTE, name, message);
    }
}
