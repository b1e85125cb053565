package io.meridian.topology;

import java.util.List;
import java.util.Optional;

/**
 * What a user declared, valid as a whole: made by {@link TopologyReader} only, so whoever holds one need not check it.
 *
 * @param shards N, a power of two, 64 to 65,536
 * @param gateways how each region's edges reach each other region
 */
public record Topology(
        String name,
        int shards,
        List<Region> regions,
        List<StoreGroup> storeGroups,
        List<Zone> zones,
        List<Service> services,
        List<Table> tables,
        List<Gateway> gateways) {

    public record Region(RegionId id, String city) {}

    /** @param partitions P of every topic of the group, fixed when the group is made */
    public record StoreGroup(String name, int partitions) {}

    /**
     * An R zone: serves user shards.
     *
     * @param weight relative share of the shards, 0..1000; the weights of all zones do not sum to 0
     * @param endpoints host:port, HTTP/2 without TLS
     */
    public record Zone(ZoneId id, RegionId region, int weight, List<String> endpoints) {}

    /** @param keys where the sharding key may be, first present wins: {@code header:NAME, cookie:NAME, query:NAME, path:N} */
    public record Service(String name, List<String> keys) {}

    public record Table(String schema, String name, String shardingColumn, String storeGroup) {}

    /** @param address host:port where {@code from}'s edges reach {@code to}'s gateway */
    public record Gateway(RegionId from, RegionId to, String address) {}

    public Optional<Zone> zone(ZoneId id) {
        return zones.stream().filter(zone -> zone.id().equals(id)).findFirst();
    }

    public ShardFunction shardFunction() {
        return new ShardFunction(shards);
    }
}
