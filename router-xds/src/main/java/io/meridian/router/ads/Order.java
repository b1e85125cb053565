package io.meridian.router.ads;

import io.meridian.router.compile.ResourceType;
import java.util.EnumSet;
import java.util.Set;

/**
 * Make before break: what is named by others goes to an Envoy before them and leaves after them. An edge that routes to a cluster it
 * does not have answers 503.
 *
 * @see "xDS protocol, eventual consistency considerations"
 */
final class Order {
    private Order() {}

    /**
     * Types whose additions must have been accepted before {@code type} is sent. Endpoints and secrets are sent after clusters, but must
     * not wait for their ACK: a real Envoy gives it when the clusters have warmed up with these, or after 15 s without.
     */
    static Set<ResourceType> before(ResourceType type) {
        return switch (type) {
            case CLUSTER, ENDPOINT, SECRET -> EnumSet.noneOf(ResourceType.class);
            case LISTENER, EXTENSION -> EnumSet.of(ResourceType.CLUSTER, ResourceType.ENDPOINT);
            case ROUTE -> EnumSet.of(ResourceType.CLUSTER, ResourceType.ENDPOINT, ResourceType.LISTENER);
        };
    }

    /** Types that may name what is gone of {@code type}: they must be in step before it is removed. */
    static Set<ResourceType> namers(ResourceType type) {
        return switch (type) {
            case CLUSTER, ENDPOINT -> EnumSet.of(ResourceType.LISTENER, ResourceType.ROUTE, ResourceType.EXTENSION);
            case SECRET -> EnumSet.of(ResourceType.CLUSTER, ResourceType.LISTENER);
            case EXTENSION -> EnumSet.of(ResourceType.LISTENER);
            case LISTENER, ROUTE -> EnumSet.noneOf(ResourceType.class);
        };
    }
}
