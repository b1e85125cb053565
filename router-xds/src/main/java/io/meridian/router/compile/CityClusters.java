package io.meridian.router.compile;

import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.meridian.router.view.Places;
import io.meridian.router.view.Shares;
import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where reads of C services go: to the C zones of the region, by their weights; when these are out, to the gateways of other regions that have one,
 * those of the same city first; at last to the G zone, whose data they are a copy of. Weights change often, so endpoints are discovered apart
 * from their cluster: connections stay.
 */
public final class CityClusters {
    /** Where nothing is declared. */
    static final Topology.Retries READ_RETRIES = new Topology.Retries(1, 20, 3);

    /** Where nothing is declared: without a judgement nothing would ever go to another city. */
    static final Topology.Outlier OUTLIER = new Topology.Outlier(5, Duration.ofSeconds(1), Duration.ofSeconds(5), 100);

    /** Of an endpoint: chooses its kind of connection among those of the cluster. */
    private static final String TRANSPORT_MATCH = "envoy.transport_socket_match";

    /** Keeps what is cut apart from its neighbours: weights are relative, and 1 is the least. */
    private static final int WEIGHT_SCALE = 100;

    /** Percent: half of a region's C endpoints may be out before reads leave it; Envoy's own 140 sends them away from the third on. */
    private static final int OVERPROVISIONING = 200;

    private CityClusters() {}

    public static String edge(String service) {
        return "city." + service;
    }

    /** What a region's gateway has for others: its own zones only, so that no request goes on to a third region. */
    public static String gateway(String service) {
        return "local." + service;
    }

    /** Whose reads a cluster is for; empty: it is another kind of cluster. */
    public static Optional<String> service(String cluster) {
        return Stream.of("city.", "local.")
                .filter(cluster::startsWith)
                .map(prefix -> cluster.substring(prefix.length()))
                .findFirst();
    }

    static ClusterLoadAssignment edgeEndpoints(
            Topology.Service service, Places places, RegionId region, Shares shares) {
        var assignment = assignment(edge(service.name()));
        int priority = own(assignment, service, places, region, shares);
        for (RegionId other : places.nearestTo(region)) {
            Optional<String> gateway = places.gateway(region, other);
            boolean serves = !places.ofKind(Topology.Kind.C, other).isEmpty();
            if (serves && gateway.isPresent()) {
                assignment.addEndpoints(behindGateway(other, gateway.get()).setPriority(priority++));
            }
        }
        Optional<Places.Zone> global = places.globalZone();
        if (global.isPresent()) {
            RegionId home = global.get().region();
            Optional<String> gateway = places.gateway(region, home);
            boolean listed = !places.ofKind(Topology.Kind.C, home).isEmpty();
            if (home.equals(region)) {
                assignment.addEndpoints(zone(service, global.get(), 1).setPriority(priority));
            } else if (!listed && gateway.isPresent()) {
                assignment.addEndpoints(behindGateway(home, gateway.get()).setPriority(priority));
            }
        }
        return assignment.build();
    }

    static ClusterLoadAssignment gatewayEndpoints(
            Topology.Service service, Places places, RegionId region, Shares shares) {
        var assignment = assignment(gateway(service.name()));
        int priority = own(assignment, service, places, region, shares);
        places.globalZone()
                .filter(global -> global.region().equals(region))
                .ifPresent(global ->
                        assignment.addEndpoints(zone(service, global, 1).setPriority(priority)));
        return assignment.build();
    }

    private static ClusterLoadAssignment.Builder assignment(String cluster) {
        return ClusterLoadAssignment.newBuilder()
                .setClusterName(cluster)
                .setPolicy(ClusterLoadAssignment.Policy.newBuilder()
                        .setOverprovisioningFactor(UInt32Value.of(OVERPROVISIONING)));
    }

    /** Whether {@code region} has anything to read from. */
    static boolean serves(Places places, RegionId region) {
        return !places.ofKind(Topology.Kind.C, region).isEmpty()
                || places.globalZone()
                        .filter(global -> global.region().equals(region))
                        .isPresent();
    }

    /** @return the next priority */
    private static int own(
            ClusterLoadAssignment.Builder assignment,
            Topology.Service service,
            Places places,
            RegionId region,
            Shares shares) {
        List<Places.Zone> zones = places.ofKind(Topology.Kind.C, region);
        for (Places.Zone zone : zones) {
            double share = shares.of(service.name(), zone.id());
            int weight = (int) Math.max(1, Math.round(zone.weight() * WEIGHT_SCALE * share));
            assignment.addEndpoints(zone(service, zone, weight));
        }
        return zones.isEmpty() ? 0 : 1;
    }

    private static LocalityLbEndpoints.Builder zone(Topology.Service service, Places.Zone zone, int weight) {
        List<Endpoints.HostPort> hosts = service.endpoints(zone.id(), zone.endpoints()).stream()
                .map(Endpoints::read)
                .toList();
        return Endpoints.locality(hosts)
                .setLocality(Locality.newBuilder()
                        .setRegion(zone.region().name())
                        .setZone(zone.id().name()))
                .setLoadBalancingWeight(UInt32Value.of(weight));
    }

    private static LocalityLbEndpoints.Builder behindGateway(RegionId region, String address) {
        var locality = Endpoints.locality(List.of(Endpoints.read(address)))
                .setLocality(Locality.newBuilder().setRegion(region.name()))
                .setLoadBalancingWeight(UInt32Value.of(1));
        locality.getLbEndpointsBuilder(0)
                .setMetadata(Metadata.newBuilder().putFilterMetadata(TRANSPORT_MATCH, gatewayOf(region)));
        return locality;
    }

    /** What a cluster's kind of connection to a region's gateway is chosen by. */
    static Struct gatewayOf(RegionId region) {
        return Struct.newBuilder()
                .putFields(
                        "gateway",
                        Value.newBuilder().setStringValue(region.name()).build())
                .build();
    }
}
