package io.meridian.router.compile;

import java.util.Optional;
import java.util.stream.Stream;

/** The kinds of resources that are served, in the order in which they must be added. */
public enum ResourceType {
    CLUSTER("type.googleapis.com/envoy.config.cluster.v3.Cluster"),
    ROUTE("type.googleapis.com/envoy.config.route.v3.RouteConfiguration");

    private final String url;

    ResourceType(String url) {
        this.url = url;
    }

    public String url() {
        return url;
    }

    public static Optional<ResourceType> ofUrl(String url) {
        return Stream.of(values()).filter(type -> type.url.equals(url)).findFirst();
    }
}
