package io.meridian.topology;

import static java.util.Objects.requireNonNullElse;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a user declared, valid as a whole: made by {@link TopologyReader} only, so whoever holds one need not check it.
 * What a document may hold is told in {@code docs/topology.md}.
 *
 * @param shards N, a power of two, 64 to 65,536
 * @param gateways how each region's edges reach each other region
 * @param residency no shard stands in two of them
 */
public record Topology(
        String name,
        int shards,
        List<Region> regions,
        List<StoreGroup> storeGroups,
        List<Zone> zones,
        List<Service> services,
        List<Table> tables,
        List<Gateway> gateways,
        List<Residency> residency,
        Limits limits,
        SafetyRules safetyRules,
        List<MaintenanceWindow> maintenanceWindows) {

    public Topology {
        // Logs and snapshots of versions that did not know these have nothing in their place.
        residency = requireNonNullElse(residency, List.of());
        limits = requireNonNullElse(limits, Limits.NONE);
        safetyRules = requireNonNullElse(safetyRules, SafetyRules.NONE);
        maintenanceWindows = requireNonNullElse(maintenanceWindows, List.of());
    }

    /** Without residency, limits and rules. */
    public Topology(
            String name,
            int shards,
            List<Region> regions,
            List<StoreGroup> storeGroups,
            List<Zone> zones,
            List<Service> services,
            List<Table> tables,
            List<Gateway> gateways) {
        this(
                name,
                shards,
                regions,
                storeGroups,
                zones,
                services,
                tables,
                gateways,
                List.of(),
                Limits.NONE,
                SafetyRules.NONE,
                List.of());
    }

    public record Region(RegionId id, String city) {}

    /**
     * One store per region, all of them holding the same shards. Fixed when it is declared.
     *
     * @param partitions P of every topic of the group
     * @param shards empty: all, so it is the only group
     */
    public record StoreGroup(String name, int partitions, Optional<ShardRange> shards) {
        /** The only one. */
        public StoreGroup(String name, int partitions) {
            this(name, partitions, Optional.empty());
        }

        /** @param count N */
        public ShardRange range(int count) {
            return shards.orElse(ShardRange.all(count));
        }
    }

    /**
     * An R zone: serves user shards.
     *
     * @param weight relative share of the shards, 0..1000; the weights of all zones do not sum to 0
     * @param endpoints host:port, HTTP/2 without TLS
     * @param capacity requests per second that it can serve; empty: not declared
     * @param backups other zones, the best first
     * @param elastic serves shards for a while, when they are popped out to it; its weight is 0
     * @param group of zones of this region that are deployed together, such as {@code blue}
     */
    public record Zone(
            ZoneId id,
            RegionId region,
            int weight,
            List<String> endpoints,
            OptionalInt capacity,
            List<ZoneId> backups,
            boolean elastic,
            Optional<String> group) {
        public Zone {
            backups = requireNonNullElse(backups, List.of());
        }

        public Zone(ZoneId id, RegionId region, int weight, List<String> endpoints) {
            this(id, region, weight, endpoints, OptionalInt.empty(), List.of(), false, Optional.empty());
        }
    }

    /**
     * An R service: its requests go to their shard's zone.
     *
     * @param keys where the sharding key may be, first present wins: {@code header:NAME, cookie:NAME, query:NAME, path:N}
     * @param withoutKey the zone for requests that carry no key; empty: they are rejected
     */
    public record Service(
            String name,
            List<String> keys,
            Optional<ZoneId> withoutKey,
            Optional<Outlier> outlier,
            Optional<CircuitBreaker> circuitBreaker) {
        public Service(String name, List<String> keys) {
            this(name, keys, Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /**
     * When an endpoint of a zone is left out for a while.
     *
     * @param consecutive5xx answers in a row
     * @param interval between two looks at who may come back
     * @param ejection for how long, the first time; the second time twice as long, and so on
     * @param maxEjectionPercent of a zone's endpoints; one may always go
     */
    public record Outlier(int consecutive5xx, Duration interval, Duration ejection, int maxEjectionPercent) {}

    /** What one Envoy may have open to one zone; beyond that it answers 503 itself. */
    public record CircuitBreaker(int maxConnections, int maxPendingRequests, int maxRequests, int maxRetries) {}

    /**
     * In every store group.
     *
     * @param storeGroup the only group's name, where the document names it; empty: it does not
     */
    public record Table(String schema, String name, String shardingColumn, String storeGroup) {}

    /** @param address host:port where {@code from}'s edges reach {@code to}'s gateway */
    public record Gateway(RegionId from, RegionId to, String address) {}

    public Optional<Zone> zone(ZoneId id) {
        return zones.stream().filter(zone -> zone.id().equals(id)).findFirst();
    }

    public Optional<StoreGroup> storeGroup(String group) {
        return storeGroups.stream().filter(each -> each.name().equals(group)).findFirst();
    }

    public StoreGroup groupOf(ShardId shard) {
        return storeGroups.stream()
                .filter(group -> group.range(shards).holds(shard))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("shard " + shard + " is in no store group"));
    }

    /** Whether the group is declared and holds the shard. */
    public boolean holds(String group, ShardId shard) {
        return storeGroup(group).filter(own -> own.range(shards).holds(shard)).isPresent();
    }

    /** What a region's store of a group goes by: the region alone where there is one group. */
    public StoreId store(RegionId region, String group) {
        return new StoreId(region, storeGroups.size() == 1 ? "" : group);
    }

    /** Of all regions and groups. */
    public List<StoreId> stores() {
        return regions.stream()
                .flatMap(region -> storeGroups.stream().map(group -> store(region.id(), group.name())))
                .toList();
    }

    /** Why whoever calls itself of {@code group} cannot be served. */
    public String unknownGroup(String group) {
        return "the topology has no store group '" + group + "', only "
                + String.join(", ", storeGroups.stream().map(StoreGroup::name).toList())
                + "; mend the agent's meridian.group";
    }

    /** The shards that may not live everywhere, and where they may. */
    public SortedMap<ShardId, Residency> residencies() {
        var bound = new TreeMap<ShardId, Residency>();
        residency.forEach(each -> each.bound(shards).forEach(shard -> bound.put(shard, each)));
        return bound;
    }

    public ShardFunction shardFunction() {
        return new ShardFunction(shards);
    }
}
