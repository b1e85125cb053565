package io.meridian.router.compile;

import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import java.util.List;

/** Addresses of the topology ({@code host:port}) as Envoy wants them. */
final class Endpoints {
    private Endpoints() {}

    /** @param literal an IP address: Envoy must resolve everything else by DNS */
    record HostPort(String host, int port, boolean literal) {}

    static HostPort read(String endpoint) {
        int colon = endpoint.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalStateException("a valid topology has host:port, not '" + endpoint + "'");
        }
        String host = endpoint.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        boolean literal = host.indexOf(':') >= 0 || host.matches("\\d{1,3}(\\.\\d{1,3}){3}");
        return new HostPort(host, Integer.parseInt(endpoint.substring(colon + 1)), literal);
    }

    static ClusterLoadAssignment assignment(String cluster, List<HostPort> hosts) {
        return ClusterLoadAssignment.newBuilder()
                .setClusterName(cluster)
                .addEndpoints(locality(hosts))
                .build();
    }

    static LocalityLbEndpoints.Builder locality(List<HostPort> hosts) {
        var locality = LocalityLbEndpoints.newBuilder();
        for (HostPort host : hosts) {
            var address = SocketAddress.newBuilder().setAddress(host.host()).setPortValue(host.port());
            locality.addLbEndpoints(LbEndpoint.newBuilder()
                    .setEndpoint(Endpoint.newBuilder()
                            .setAddress(Address.newBuilder().setSocketAddress(address))));
        }
        return locality;
    }
}
