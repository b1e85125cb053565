package io.meridian.router.view;

import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What a topology says of routing: changes seldom.
 *
 * @param services what an edge does not tell apart is the same in all of them
 * @param gateways host:port where the edges of the first region reach the gateway of the second
 * @param pins the first that fits a key holds
 */
public record Places(
        List<Topology.Service> services, SortedMap<ZoneId, Zone> zones, List<Gateway> gateways, List<Pin> pins) {
    public Places(List<Topology.Service> services, SortedMap<ZoneId, Zone> zones, List<Gateway> gateways) {
        this(services, zones, gateways, List.of());
    }

    /** @param endpoints host:port, HTTP/2 without TLS */
    public record Zone(ZoneId id, RegionId region, List<String> endpoints) {}

    public record Gateway(RegionId from, RegionId to, String address) {}

    /**
     * Requests of some keys go to {@code zone} for as long as its region owns their shards.
     *
     * @param prefix {@code key} is what keys begin with
     */
    public record Pin(String key, boolean prefix, ZoneId zone) {}

    /** Where the sharding key may be, of all services in their order, each once; first present wins. */
    public List<String> keys() {
        return services.stream()
                .flatMap(service -> service.keys().stream())
                .distinct()
                .toList();
    }

    /** The zone for requests without a key; empty: they are rejected. */
    public Optional<ZoneId> withoutKey() {
        return services.stream().findFirst().flatMap(Topology.Service::withoutKey);
    }

    public Optional<Topology.Outlier> outlier() {
        return services.stream().findFirst().flatMap(Topology.Service::outlier);
    }

    public Optional<Topology.CircuitBreaker> circuitBreaker() {
        return services.stream().findFirst().flatMap(Topology.Service::circuitBreaker);
    }

    public Optional<String> gateway(RegionId from, RegionId to) {
        return gateways.stream()
                .filter(gateway -> gateway.from().equals(from) && gateway.to().equals(to))
                .map(Gateway::address)
                .findFirst();
    }

    /** Of this name, whoever wrote it. */
    public Optional<ZoneId> zone(String name) {
        return zones.keySet().stream().filter(zone -> zone.name().equals(name)).findFirst();
    }

    /** Whether both are there and share a region, and so a database and its fence. */
    public boolean together(ZoneId one, ZoneId other) {
        Zone first = zones.get(one);
        Zone second = zones.get(other);
        return first != null && second != null && first.region().equals(second.region());
    }

    /** The Envoy cluster that leads from {@code region}'s edges to {@code zone}; empty: there is no way. */
    public Optional<String> cluster(ZoneId zone, RegionId region) {
        Zone place = zones.get(zone);
        if (place == null) {
            return Optional.empty();
        }
        return place.region().equals(region)
                ? Optional.of(zoneCluster(zone))
                : gateway(region, place.region()).map(_ -> gatewayCluster(place.region()));
    }

    public static String zoneCluster(ZoneId zone) {
        return "zone-" + zone.name();
    }

    public static String gatewayCluster(RegionId to) {
        return "gw-" + to.name();
    }
}
