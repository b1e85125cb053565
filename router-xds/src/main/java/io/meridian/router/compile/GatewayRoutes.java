package io.meridian.router.compile;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.meridian.router.view.Places;
import java.util.List;

/** Routes of the gateway listener: it obeys the zone that the other region's edge chose, and knows zones of its own region only. */
final class GatewayRoutes {
    private GatewayRoutes() {}

    static RouteConfiguration of(String name, List<Places.Zone> ownZones) {
        var host = VirtualHost.newBuilder().setName("all").addDomains("*");
        for (Places.Zone zone : ownZones) {
            host.addRoutes(to(zone));
        }
        return RouteConfiguration.newBuilder()
                .setName(name)
                .addVirtualHosts(host.addRoutes(notHere()))
                .build();
    }

    private static Route to(Places.Zone zone) {
        return Route.newBuilder()
                .setName(zone.id().name())
                .setMatch(RouteMatch.newBuilder()
                        .setPrefix("/")
                        .addHeaders(HeaderMatcher.newBuilder()
                                .setName("x-meridian-zone")
                                .setStringMatch(StringMatcher.newBuilder()
                                        .setExact(zone.id().name()))))
                .setRoute(RouteAction.newBuilder()
                        .setCluster(Places.zoneCluster(zone.id()))
                        .setTimeout(Values.duration(EdgeRoutes.ANSWER_LIMIT)))
                .build();
    }

    /** Nothing was executed, so the same answer as from a fence: the edge asks its hold endpoint again. */
    private static Route notHere() {
        return Route.newBuilder()
                .setName("not-here")
                .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                .setDirectResponse(Values.answer(421, "{\"error\":\"not_here\"}"))
                .addResponseHeadersToAdd(Values.overwriting("x-meridian-fence", "1"))
                .addResponseHeadersToAdd(Values.overwriting("x-meridian-reason", "not_here"))
                .build();
    }
}
