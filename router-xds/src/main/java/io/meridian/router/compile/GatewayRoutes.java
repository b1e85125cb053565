package io.meridian.router.compile;

import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meridian.router.view.Places;
import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;

/** Routes of the gateway listener: it obeys the zone that the other region's edge chose, and knows zones of its own region only. */
final class GatewayRoutes {
    private static final String ZONE = "x-meridian-zone";

    private GatewayRoutes() {}

    static RouteConfiguration of(String name, Places places, RegionId region) {
        var configuration = RouteConfiguration.newBuilder().setName(name).setIgnorePortInHostMatching(true);
        places.services().forEach(service -> configuration.addVirtualHosts(host(service, places, region)));
        if (places.services().stream().noneMatch(service -> service.hosts().isEmpty())) {
            configuration.addVirtualHosts(
                    VirtualHost.newBuilder().setName("nobodys").addDomains("*").addRoutes(notHere()));
        }
        return configuration.build();
    }

    private static VirtualHost host(Topology.Service service, Places places, RegionId region) {
        var host = Values.host(service);
        Topology.Kind kind = service.kind() == Topology.Kind.R ? Topology.Kind.R : Topology.Kind.G;
        var zones = new RouteTree(ZONE);
        for (Places.Zone zone : places.ofKind(kind, region)) {
            String cluster = Places.serviceCluster(zone.id(), service.name());
            zones.add(zone.id().name(), to(zone.id().name(), cluster));
        }
        Route unnamed = notHere().build();
        if (service.kind() == Topology.Kind.C && CityClusters.serves(places, region)) {
            Route read = read(service);
            return host.setMatcher(zones.otherwise(RouteTree.whenPresent(ZONE, unnamed, read)))
                    .build();
        }
        return host.setMatcher(zones.otherwise(RouteTree.always(unnamed))).build();
    }

    private static Route read(Topology.Service service) {
        Route.Builder read = to("read", CityClusters.gateway(service.name())).toBuilder();
        read.getRouteBuilder()
                .setRetryPolicy(RetryPolicies.ofReads(service.retries().orElse(CityClusters.READ_RETRIES)));
        return read.build();
    }

    private static Route to(String name, String cluster) {
        return Route.newBuilder()
                .setName(name)
                .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                .setRoute(RouteAction.newBuilder()
                        .setCluster(cluster)
                        .setTimeout(Values.duration(EdgeRoutes.ANSWER_LIMIT)))
                .build();
    }

    /** Nothing was executed, so the same answer as from a fence: the edge asks its hold endpoint again. */
    private static Route.Builder notHere() {
        return Values.problem(
                        "not-here",
                        RouteMatch.newBuilder().setPrefix("/"),
                        421,
                        "not_here",
                        "this region does not serve the zone that was asked for")
                .addResponseHeadersToAdd(Values.overwriting("x-meridian-fence", "1"));
    }
}
