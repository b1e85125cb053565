package io.meridian.router.view;

import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What a topology says of routing: changes seldom.
 *
 * @param regions in the topology's order, which is the order in which reads of C services go elsewhere
 * @param gateways host:port where the edges of the first region reach the gateway of the second
 * @param pins the first that fits a key holds
 */
public record Places(
        List<Topology.Service> services,
        List<Topology.Region> regions,
        SortedMap<ZoneId, Zone> zones,
        List<Gateway> gateways,
        List<Pin> pins) {
    /** Without pins, and every region a city of its own. */
    public Places(List<Topology.Service> services, SortedMap<ZoneId, Zone> zones, List<Gateway> gateways) {
        this(services, List.of(), zones, gateways, List.of());
    }

    /**
     * @param endpoints host:port, HTTP/2 without TLS
     * @param weight of a C zone: its share of its region's reads
     */
    public record Zone(ZoneId id, RegionId region, List<String> endpoints, Topology.Kind kind, int weight) {
        /** An R zone. */
        public Zone(ZoneId id, RegionId region, List<String> endpoints) {
            this(id, region, endpoints, Topology.Kind.R, 0);
        }
    }

    public record Gateway(RegionId from, RegionId to, String address) {}

    /**
     * Requests of some keys go to {@code zone} for as long as its region owns their shards.
     *
     * @param prefix {@code key} is what keys begin with
     */
    public record Pin(String key, boolean prefix, ZoneId zone) {}

    public Places with(List<Topology.Service> others) {
        return new Places(others, regions, zones, gateways, pins);
    }

    public List<Zone> ofKind(Topology.Kind kind) {
        return zones.values().stream().filter(zone -> zone.kind() == kind).toList();
    }

    public List<Zone> ofKind(Topology.Kind kind, RegionId region) {
        return ofKind(kind).stream()
                .filter(zone -> zone.region().equals(region))
                .toList();
    }

    /** The one copy of what cannot be sharded. */
    public Optional<Zone> globalZone() {
        return ofKind(Topology.Kind.G).stream().findFirst();
    }

    /** Other regions, those of the same city first, else in the topology's order. */
    public List<RegionId> nearestTo(RegionId region) {
        Optional<String> city = city(region);
        return regions.stream()
                .map(Topology.Region::id)
                .filter(other -> !other.equals(region))
                .sorted(Comparator.comparing(other -> city(other).equals(city) ? 0 : 1))
                .toList();
    }

    private Optional<String> city(RegionId region) {
        return regions.stream()
                .filter(each -> each.id().equals(region))
                .map(Topology.Region::city)
                .findFirst();
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

    /** Every service has clusters of its own: its endpoints and limits are. */
    public static String serviceCluster(ZoneId zone, String service) {
        return zoneCluster(zone) + "." + service;
    }

    public static String gatewayCluster(RegionId to) {
        return "gw-" + to.name();
    }
}
