package io.meridian.router.compile;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.meridian.router.view.Places;
import io.meridian.router.view.RouteMap;
import io.meridian.router.view.RoutingView;
import io.meridian.router.view.Shares;
import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.TreeMap;

/**
 * Compiles what a region's Envoys need: clusters per service and own zone, one per gateway, endpoints of what C services read from, the edge's
 * routes (which carry the map), the gateway's routes, and whose tokens are good. Equal input gives equal bytes and versions.
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

    /**
     * @param map of the same view, as seen from this region
     * @param shares of their declared weights that C zones have now
     */
    public Catalogue compile(RoutingView view, RouteMap map, Shares shares) {
        Places places = view.routing().places();
        EnvoyResources everything = resources(view.revision(), places, map, shares);
        var byService = new TreeMap<String, EnvoyResources>();
        for (Topology.Service service : places.services()) {
            EnvoyResources own = places.services().size() == 1
                    ? everything
                    : resources(view.revision(), places.with(List.of(service)), map, shares);
            byService.put(service.name(), own);
        }
        return new Catalogue(everything, Collections.unmodifiableSortedMap(byService));
    }

    private EnvoyResources resources(long revision, Places places, RouteMap map, Shares shares) {
        var byType = new EnumMap<ResourceType, Iterable<EnvoyResource>>(ResourceType.class);
        byType.put(ResourceType.CLUSTER, clusters(places));
        byType.put(ResourceType.ENDPOINT, endpoints(places, shares));
        byType.put(
                ResourceType.ROUTE,
                List.of(
                        resource(ResourceType.ROUTE, EDGE, EdgeRoutes.of(EDGE, places, region, map)),
                        resource(ResourceType.ROUTE, GATEWAY, GatewayRoutes.of(GATEWAY, places, region))));
        byType.put(
                ResourceType.EXTENSION,
                List.of(resource(ResourceType.EXTENSION, JwtFilter.FILTER, JwtFilter.of(places))));
        return EnvoyResources.of(revision, byType);
    }

    private List<EnvoyResource> clusters(Places places) {
        var built = new ArrayList<Cluster>();
        for (Topology.Service service : places.services()) {
            Topology.Kind kind = service.kind() == Topology.Kind.R ? Topology.Kind.R : Topology.Kind.G;
            for (Places.Zone zone : places.ofKind(kind, region)) {
                String name = Places.serviceCluster(zone.id(), service.name());
                built.add(clusters.zone(name, service.endpoints(zone.id(), zone.endpoints()), service));
            }
            if (service.kind() == Topology.Kind.C) {
                built.add(clusters.city(CityClusters.edge(service.name()), service, reached(places)));
                if (CityClusters.serves(places, region)) {
                    built.add(clusters.city(CityClusters.gateway(service.name()), service, List.of()));
                }
            }
            service.jwt()
                    .filter(Topology.Jwt::remote)
                    .ifPresent(jwt -> built.add(Clusters.keys(JwtFilter.keysCluster(service.name()), jwt.jwks())));
        }
        for (Places.Gateway gateway : places.gateways()) {
            if (gateway.from().equals(region)) {
                built.add(clusters.gateway(Places.gatewayCluster(gateway.to()), gateway.to(), gateway.address()));
            }
        }
        return built.stream()
                .map(cluster -> resource(ResourceType.CLUSTER, cluster.getName(), cluster))
                .toList();
    }

    private List<EnvoyResource> endpoints(Places places, Shares shares) {
        var built = new ArrayList<ClusterLoadAssignment>();
        for (Topology.Service service : places.services()) {
            if (service.kind() == Topology.Kind.C) {
                built.add(CityClusters.edgeEndpoints(service, places, region, shares));
                if (CityClusters.serves(places, region)) {
                    built.add(CityClusters.gatewayEndpoints(service, places, region, shares));
                }
            }
        }
        return built.stream()
                .map(each -> resource(ResourceType.ENDPOINT, each.getClusterName(), each))
                .toList();
    }

    private List<RegionId> reached(Places places) {
        return places.gateways().stream()
                .filter(gateway -> gateway.from().equals(region))
                .map(Places.Gateway::to)
                .sorted(Comparator.comparing(RegionId::name))
                .toList();
    }

    private static EnvoyResource resource(ResourceType type, String name, Message message) {
        return EnvoyResource.of(type, name, message);
    }
}
