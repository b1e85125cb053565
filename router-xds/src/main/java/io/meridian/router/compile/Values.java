package io.meridian.router.compile;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.meridian.topology.Topology;
import java.util.List;

/** Small protobuf values that routes and clusters share. */
final class Values {
    private Values() {}

    static Duration duration(java.time.Duration duration) {
        return Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano())
                .build();
    }

    static HeaderValueOption header(String name, String value, HeaderAppendAction action) {
        return HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value))
                .setAppendAction(action)
                .build();
    }

    static HeaderValueOption overwriting(String name, String value) {
        return header(name, value, HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD);
    }

    static StringMatcher regex(String regex) {
        return StringMatcher.newBuilder()
                .setSafeRegex(RegexMatcher.newBuilder().setRegex(regex))
                .build();
    }

    /** What is asked of the service's hosts; of all that no other service has, when it names none. With its retries, at the edge and behind a gateway. */
    static VirtualHost.Builder host(Topology.Service service) {
        var host = VirtualHost.newBuilder()
                .setName(service.name())
                .addAllDomains(service.hosts().isEmpty() ? List.of("*") : service.hosts());
        service.retries().ifPresent(retries -> host.setRetryPolicy(RetryPolicies.ofNothingExecuted(retries)));
        return host;
    }

    /** A route that answers itself, in the form of RFC 9457; 503 may be tried again in a second, since nothing was executed. */
    static Route.Builder problem(String name, RouteMatch.Builder match, int status, String reason, String title) {
        String body = "{\"type\":\"urn:meridian:edge:" + reason + "\",\"title\":\"" + title + "\",\"status\":" + status
                + ",\"reason\":\"" + reason + "\"}";
        var route = Route.newBuilder()
                .setName(name)
                .setMatch(match)
                .setDirectResponse(DirectResponseAction.newBuilder()
                        .setStatus(status)
                        .setBody(DataSource.newBuilder().setInlineString(body)))
                .addResponseHeadersToAdd(overwriting("content-type", "application/problem+json"))
                .addResponseHeadersToAdd(overwriting("cache-control", "no-store"))
                .addResponseHeadersToAdd(overwriting("x-meridian-reason", reason));
        return status == 503 ? route.addResponseHeadersToAdd(overwriting("retry-after", "1")) : route;
    }
}
