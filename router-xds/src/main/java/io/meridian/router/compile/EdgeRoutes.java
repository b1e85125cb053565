package io.meridian.router.compile;

import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.UInt64Value;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.InternalRedirectPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.LuaPerRoute;
import io.envoyproxy.envoy.extensions.internal_redirect.allow_listed_routes.v3.AllowListedRoutesConfig;
import io.meridian.router.view.RouteMap;
import java.time.Duration;
import java.util.List;

/**
 * Routes of the edge listener. A move changes only {@code epoch} and {@code map} of the filter context; everything else stands still.
 * Every setting was measured: see the reference.
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

    private EdgeRoutes() {}

    static RouteConfiguration of(String name, RouteMap map) {
        var configuration = RouteConfiguration.newBuilder()
                .setName(name)
                .putTypedPerFilterConfig("envoy.filters.http.lua", Any.pack(context(map)))
                .addAllRequestHeadersToRemove(
                        List.of("x-meridian-cluster", "x-meridian-fence", "x-envoy-original-url"));
        for (String told : List.of("x-meridian-shard", "x-meridian-zone", "x-meridian-epoch", "x-meridian-via")) {
            configuration.addResponseHeadersToAdd(
                    Values.header(told, "%REQ(" + told + ")%", HeaderAppendAction.ADD_IF_ABSENT));
        }
        return configuration
                .addVirtualHosts(VirtualHost.newBuilder()
                        .setName("all")
                        .addDomains("*")
                        .addRoutes(forwarding(FENCED, "x-meridian-fence"))
                        .addRoutes(forwarding("zone", "x-meridian-cluster"))
                        .addRoutes(unrouted()))
                .build();
    }

    /** Flat strings only: the struct is copied for every request, about 0.2 us per value. */
    private static LuaPerRoute context(RouteMap map) {
        var context = Struct.newBuilder();
        if (!map.pins().isEmpty()) {
            context.putFields("pins", text(map.pins()));
        }
        context.putFields("epoch", text(map.version()))
                .putFields("map", text(map.map()))
                .putFields("zones", text(map.zones()))
                .putFields("keys", text(map.keys()));
        return LuaPerRoute.newBuilder()
                .setUnknownFields(NewerFields.LUA_FILTER_CONTEXT.holding(context.build()))
                .build();
    }

    private static Route forwarding(String name, String headerPresent) {
        return Route.newBuilder()
                .setName(name)
                .setMatch(RouteMatch.newBuilder()
                        .setPrefix("/")
                        .addHeaders(HeaderMatcher.newBuilder()
                                .setName(headerPresent)
                                .setPresentMatch(true)))
                .setUnknownFields(NewerFields.ROUTE_BODY_LIMIT.holding(UInt64Value.of(BODY_LIMIT)))
                .setRoute(RouteAction.newBuilder()
                        .setClusterHeader("x-meridian-cluster")
                        .setTimeout(Values.duration(ANSWER_LIMIT))
                        .setInternalRedirectPolicy(repeatWhenFenced()))
                .build();
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

    /** Must exist: the filter context is visible to the script only if some route matched before it. Also the end that fails closed. */
    private static Route unrouted() {
        return Route.newBuilder()
                .setName("unrouted")
                .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                .setDirectResponse(Values.answer(503, "{\"error\":\"unrouted\"}"))
                .addResponseHeadersToAdd(Values.overwriting("content-type", "application/json"))
                .addResponseHeadersToAdd(Values.overwriting("x-meridian-reason", "unrouted"))
                .build();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }
}
