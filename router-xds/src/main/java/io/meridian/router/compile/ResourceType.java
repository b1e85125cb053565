package io.meridian.router.compile;

import java.util.Optional;
import java.util.stream.Stream;

/** The kinds of resources that are served, in the order in which they must be added; what is gone is removed in the opposite one. */
public enum ResourceType {
    CLUSTER("type.googleapis.com/envoy.config.cluster.v3.Cluster"),
    /** {@code ClusterLoadAssignment}, named as the cluster. */
    ENDPOINT("type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment"),
    SECRET("type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret"),
    LISTENER("type.googleapis.com/envoy.config.listener.v3.Listener"),
    ROUTE("type.googleapis.com/envoy.config.route.v3.RouteConfiguration"),
    /** {@code TypedExtensionConfig}: a filter's configuration, by the name that a listener gives it. */
    EXTENSION("type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig");

    private final String url;

    ResourceType(String url) {
        this.url = url;
    }

    public String url() {
        return url;
    }

    /** Whether {@code *} is all there is, and whether, state of the world, all of them are sent together: what lacks is removed. */
    public boolean hasWildcard() {
        return this == CLUSTER || this == LISTENER;
    }

    public static Optional<ResourceType> ofUrl(String url) {
        return Stream.of(values()).filter(type -> type.url.equals(url)).findFirst();
    }
}
