package io.meridian.router.ads;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.meridian.router.compile.EnvoyResources;
import io.meridian.router.compile.ResourceType;
import java.util.Optional;

/**
 * The delta protocol of one stream, without gRPC, threads or clock. Clusters go before the routes that may name them, and leave after
 * the routes that named them: an edge that routes to a cluster it does not have answers 503.
 */
final class DeltaStream {
    /** Longer ones are no names; an Envoy's is {@code east-edge-1}. */
    private static final int NODE_AT_MOST = 256;

    private static final int DETAIL_AT_MOST = 500;

    private final DeltaSubscription clusters = new DeltaSubscription(ResourceType.CLUSTER);
    private final DeltaSubscription routes = new DeltaSubscription(ResourceType.ROUTE);
    private String node = "";
    private long nonce;

    /** What came of a request. */
    sealed interface Taken {
        record Understood(DeltaSubscription.Reply reply) implements Taken {}

        /** The stream must end with this as its status. */
        record Refused(String why) implements Taken {}
    }

    /** Empty before the first request. */
    String node() {
        return node;
    }

    Taken take(DeltaDiscoveryRequest request, EnvoyResources newest, long nowNanos) {
        if (node.isEmpty()) {
            String id = request.getNode().getId();
            if (id.isEmpty() || id.length() > NODE_AT_MOST || !id.chars().allMatch(c -> c > ' ' && c < 127)) {
                return new Taken.Refused("the first request must name the node: node.id of 1 to " + NODE_AT_MOST
                        + " printable ASCII characters without spaces");
            }
            node = id;
        }
        Optional<ResourceType> type = ResourceType.ofUrl(request.getTypeUrl())
                .filter(known -> known == ResourceType.CLUSTER || known == ResourceType.ROUTE);
        if (type.isEmpty()) {
            return new Taken.Refused("resources of type '" + request.getTypeUrl() + "' are not served here; served are "
                    + ResourceType.CLUSTER.url() + " and " + ResourceType.ROUTE.url());
        }
        return new Taken.Understood(subscription(type.get()).take(request, newest, nowNanos));
    }

    /** The next response that is due, if any; call again until there is none. */
    Optional<DeltaDiscoveryResponse> due(EnvoyResources newest, long nowNanos) {
        clusters.catchUp(newest);
        routes.catchUp(newest);
        boolean nothingNamesWhatIsGone = !routes.started() || routes.inStep(newest);
        var response = clusters.due(newest, nothingNamesWhatIsGone, nextNonce(), nowNanos);
        if (response.isEmpty() && (!clusters.started() || clusters.settled(newest))) {
            response = routes.due(newest, true, nextNonce(), nowNanos);
        }
        return response;
    }

    /** Something that was refused once will be sent once more when its time has come. */
    boolean owesResend(EnvoyResources newest) {
        return clusters.owesResend(newest) || routes.owesResend(newest);
    }

    EnvoyAck ack(EnvoyResources newest) {
        String nack = clusters.refusal(newest).or(() -> routes.refusal(newest)).orElse("");
        return new EnvoyAck(
                node,
                Math.min(clusters.acceptedRevision(), routes.acceptedRevision()),
                nack.length() > DETAIL_AT_MOST ? nack.substring(0, DETAIL_AT_MOST) : nack);
    }

    private DeltaSubscription subscription(ResourceType type) {
        return switch (type) {
            case CLUSTER -> clusters;
            case ROUTE -> routes;
            case ENDPOINT, SECRET, LISTENER, EXTENSION -> throw new IllegalStateException("not served yet: " + type);
        };
    }

    private String nextNonce() {
        return Long.toString(++nonce);
    }
}
