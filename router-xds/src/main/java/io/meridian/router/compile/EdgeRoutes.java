package io.meridian.router.compile;

import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.UInt64Value;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.InternalRedirectPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.PerRouteConfig;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.LuaPerRoute;
import io.envoyproxy.envoy.extensions.internal_redirect.allow_listed_routes.v3.AllowListedRoutesConfig;
import io.meridian.router.view.Places;
import io.meridian.router.view.RouteMap;
import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Routes of the edge listener: a virtual host per service. Those of R services are matched twice, before and after the script has named the
 * zone; those of G and C services know no script. A move changes {@code epoch} and {@code map} of the filter context, and the version that each
 * R service's script caches by; everything else stands still. Every setting was measured: see the reference and docs/routing.md.
 */
final class EdgeRoutes {
    /** Longest answer of a zone, per pass; the time in hold does not count. */
    static final Duration ANSWER_LIMIT = Duration.ofSeconds(15);

    /** A refused request with a bigger body cannot be repeated: 503 fenced. Kept in memory for every request in flight. */
    private static final long BODY_LIMIT = 4L << 20;

    /** One is enough in the normal case; the rest is for faults. */
    private static final int REPEATS = 3;

    /** The only route that a redirect may lead to: a 307 of the application has no fence header, leads elsewhere, and goes to the client. */
    private static final String FENCED = "fenced";

    /** Where the bootstrap's upstream filter redirects refused requests to; no name can exist there (RFC 2606). */
    private static final String REFUSED_HOST = "meridian.invalid";

    private static final String SCRIPT = "envoy.filters.http.lua";
    private static final String ZONE = "x-meridian-zone";
    private static final String CLUSTER = "x-meridian-cluster";

    private final Places places;
    private final RegionId region;
    private final RouteMap map;

    private EdgeRoutes(Places places, RegionId region, RouteMap map) {
        this.places = places;
        this.region = region;
        this.map = map;
    }

    /** @param map as seen from {@code region} */
    static RouteConfiguration of(String name, Places places, RegionId region, RouteMap map) {
        var edge = new EdgeRoutes(places, region, map);
        var configuration = RouteConfiguration.newBuilder()
                .setName(name)
                .setIgnorePortInHostMatching(true)
                .putTypedPerFilterConfig(SCRIPT, Any.pack(edge.context()));
        places.services().forEach(service -> configuration.addVirtualHosts(edge.host(service)));
        configuration.addVirtualHosts(refused());
        if (places.services().stream().noneMatch(service -> service.hosts().isEmpty())) {
            configuration.addVirtualHosts(nobodys());
        }
        return configuration.build();
    }

    private VirtualHost host(Topology.Service service) {
        var host = Values.host(service);
        if (service.diagnostics()) {
            for (String told : List.of("x-meridian-shard", ZONE, "x-meridian-epoch", "x-meridian-via")) {
                host.addResponseHeadersToAdd(
                        Values.header(told, "%REQ(" + told + ")%", HeaderAppendAction.ADD_IF_ABSENT));
            }
        }
        switch (service.kind()) {
            case R -> sharded(host, service);
            case G -> withoutScript(host).addRoutes(toGlobalZone(service));
            case C -> withoutScript(host).addRoutes(reads(service)).addRoutes(toGlobalZone(service));
        }
        return host.build();
    }

    private void sharded(VirtualHost.Builder host, Topology.Service service) {
        if (service.jwt().isPresent()) {
            var requirement = PerRouteConfig.newBuilder().setRequirementName(service.name());
            host.putTypedPerFilterConfig(JwtFilter.FILTER, Any.pack(requirement.build()));
        }
        var toZones = new RouteTree(ZONE);
        for (Places.Zone zone : places.ofKind(Topology.Kind.R)) {
            clusterOf(zone, service).ifPresent(cluster -> toZones.add(zone.id().name(), toZone(cluster)));
        }
        host.setMatcher(toZones.otherwise(RouteTree.whenPresent(CLUSTER, toNewerZone(), unrouted(service))));
    }

    private static Route toZone(String cluster) {
        return forwarding("zone", action().setCluster(cluster));
    }

    /** A zone that the hold endpoint named and these routes do not know yet: they are those of when the request began. */
    private Route toNewerZone() {
        return forwarding("newer-zone", action().setClusterHeader(CLUSTER)).toBuilder()
                .addRequestHeadersToRemove(CLUSTER)
                .build();
    }

    private static Route forwarding(String name, RouteAction.Builder action) {
        return Route.newBuilder()
                .setName(name)
                .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                .setUnknownFields(NewerFields.ROUTE_BODY_LIMIT.holding(UInt64Value.of(BODY_LIMIT)))
                .setRoute(action.setInternalRedirectPolicy(repeatWhenFenced()))
                .build();
    }

    /** Must exist: what the script reads is visible to it only if some route matched before it. Also the end that fails closed. */
    private Route unrouted(Topology.Service service) {
        var told = Struct.newBuilder()
                .putFields("v", text(map.version() + "." + service.name()))
                .putFields("service", text(service.name()))
                .putFields("keys", text(map.keys().getOrDefault(service.name(), "")));
        return Values.problem(
                        "unrouted", RouteMatch.newBuilder().setPrefix("/"), 503, "unrouted", "no route was chosen")
                .setMetadata(Metadata.newBuilder().putFilterMetadata(SCRIPT, told.build()))
                .build();
    }

    private Route reads(Topology.Service service) {
        var safe = RouteMatch.newBuilder()
                .setPrefix("/")
                .addHeaders(
                        HeaderMatcher.newBuilder().setName(":method").setStringMatch(Values.regex("GET|HEAD|OPTIONS")));
        var action = action().setCluster(CityClusters.edge(service.name()))
                .setRetryPolicy(RetryPolicies.ofReads(service.retries().orElse(CityClusters.READ_RETRIES)));
        return Route.newBuilder()
                .setName("read")
                .setMatch(safe)
                .setRoute(action)
                .build();
    }

    private Route toGlobalZone(Topology.Service service) {
        var match = RouteMatch.newBuilder().setPrefix("/");
        Optional<Places.Zone> zone = places.globalZone();
        Optional<String> cluster = zone.flatMap(global -> clusterOf(global, service));
        if (zone.isEmpty() || cluster.isEmpty()) {
            return Values.problem("no-way", match, 503, "no_way", "no way leads from this region to the global zone")
                    .build();
        }
        return Route.newBuilder()
                .setName("global")
                .setMatch(match)
                .setRoute(action().setCluster(cluster.get()))
                .addRequestHeadersToAdd(Values.overwriting(ZONE, zone.get().id().name()))
                .build();
    }

    private Optional<String> clusterOf(Places.Zone zone, Topology.Service service) {
        return zone.region().equals(region)
                ? Optional.of(Places.serviceCluster(zone.id(), service.name()))
                : places.cluster(zone.id(), region);
    }

    private static RouteAction.Builder action() {
        return RouteAction.newBuilder().setTimeout(Values.duration(ANSWER_LIMIT));
    }

    /** One map for all services. Flat strings only: the struct is copied whenever it is read. */
    private LuaPerRoute context() {
        var context = Struct.newBuilder();
        if (!map.pins().isEmpty()) {
            context.putFields("pins", text(map.pins()));
        }
        context.putFields("epoch", text(map.version()))
                .putFields("map", text(map.map()))
                .putFields("zones", text(map.zones()));
        return LuaPerRoute.newBuilder()
                .setUnknownFields(NewerFields.LUA_FILTER_CONTEXT.holding(context.build()))
                .build();
    }

    /**
     * For hosts whose requests are never redirected inside Envoy. Headers that routes add must not be on others: Envoy 1.40 keeps their names by
     * reference to the routes, a redirected request outlives these, and its header has the name of whatever came to stand there (seen under load as
     * {@code DPE}, invalid_header_name). So the script adds its headers itself.
     */
    private VirtualHost.Builder withoutScript(VirtualHost.Builder host) {
        return host.putTypedPerFilterConfig(
                        SCRIPT,
                        Any.pack(LuaPerRoute.newBuilder().setDisabled(true).build()))
                .addRequestHeadersToAdd(Values.overwriting("x-meridian-epoch", map.version()));
    }

    private static InternalRedirectPolicy repeatWhenFenced() {
        var onlyFenced = AllowListedRoutesConfig.newBuilder()
                .addAllowedRouteNames(FENCED)
                .build();
        return InternalRedirectPolicy.newBuilder()
                .setMaxInternalRedirects(UInt32Value.of(REPEATS))
                .addRedirectResponseCodes(307)
                .addResponseHeadersToCopy("x-meridian-fence")
                .addPredicates(TypedExtensionConfig.newBuilder()
                        .setName("envoy.internal_redirect_predicates.allow_listed_routes")
                        .setTypedConfig(Any.pack(onlyFenced)))
                // The constant Location is http, the edge may be https.
                .setAllowCrossSchemeRedirect(true)
                .build();
    }

    /** Where the second pass of a refused request begins: the script puts its URL back and matches again. */
    private static VirtualHost refused() {
        var fenced = RouteMatch.newBuilder()
                .setPrefix("/")
                .addHeaders(
                        HeaderMatcher.newBuilder().setName("x-meridian-fence").setPresentMatch(true));
        return VirtualHost.newBuilder()
                .setName("refused")
                .addDomains(REFUSED_HOST)
                .addRoutes(Values.problem(
                        FENCED, fenced, 503, FENCED, "the owner of this shard refused and no other was found"))
                .addRoutes(noService())
                .build();
    }

    private static VirtualHost nobodys() {
        return VirtualHost.newBuilder()
                .setName("nobodys")
                .addDomains("*")
                .addRoutes(noService())
                .build();
    }

    private static Route noService() {
        return Values.problem(
                        "no-service",
                        RouteMatch.newBuilder().setPrefix("/"),
                        404,
                        "no_service",
                        "no service is declared for this host")
                .putTypedPerFilterConfig(
                        SCRIPT,
                        Any.pack(LuaPerRoute.newBuilder().setDisabled(true).build()))
                .build();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }
}
