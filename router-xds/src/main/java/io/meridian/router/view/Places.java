package io.meridian.router.view;

import io.meridian.topology.RegionId;
import io.meridian.topology.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What a topology says of routing: changes seldom.
 *
 * @param keys where the sharding key may be, of all services in their order, each once; first present wins
 * @param gateways host:port where the edges of the first region reach the gateway of the second
 */
public record Places(List<String> keys, SortedMap<ZoneId, Zone> zones, List<Gateway> gateways) {
    /** @param endpoints host:port, HTTP/2 without TLS */
    public record Zone(ZoneId id, RegionId region, List<String> endpoints) {}

    public record Gateway(RegionId from, RegionId to, String address) {}

    public Optional<String> gateway(RegionId from, RegionId to) {
        return gateways.stream()
                .filter(gateway -> gateway.from().equals(from) && gateway.to().equals(to))
                .map(Gateway::address)
                .findFirst();
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
