package io.meridian.topology;

import static java.util.Objects.requireNonNullElse;

import io.meridian.topology.ids.RowId;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
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
        List<MaintenanceWindow> maintenanceWindows,
        FailoverRules failover) {

    public Topology {
        // Logs and snapshots of versions that did not know these have nothing in their place.
        residency = requireNonNullElse(residency, List.of());
        limits = requireNonNullElse(limits, Limits.NONE);
        safetyRules = requireNonNullElse(safetyRules, SafetyRules.NONE);
        maintenanceWindows = requireNonNullElse(maintenanceWindows, List.of());
        failover = requireNonNullElse(failover, FailoverRules.DEFAULT);
    }

    /** With the failover rules that hold unless others are declared. */
    public Topology(
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
        this(
                name,
                shards,
                regions,
                storeGroups,
                zones,
                services,
                tables,
                gateways,
                residency,
                limits,
                safetyRules,
                maintenanceWindows,
                FailoverRules.DEFAULT);
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

    /**
     * @param number of its stores' ids ({@link RowId}), 0 to 63, no other region's; empty: {@code meridian.next_id} gives none here
     * @param failover what is done when it looks lost
     */
    public record Region(RegionId id, String city, OptionalInt number, FailoverPolicy failover) {
        public Region {
            number = requireNonNullElse(number, OptionalInt.empty());
            failover = requireNonNullElse(failover, FailoverPolicy.DEFAULT);
        }

        public Region(RegionId id, String city, OptionalInt number) {
            this(id, city, number, FailoverPolicy.DEFAULT);
        }

        public Region(RegionId id, String city) {
            this(id, city, OptionalInt.empty());
        }
    }

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

    /** What a zone holds, and what a service's requests are about (DESIGN, words). */
    public enum Kind {
        /** User shards: a request goes to its shard's owner. */
        R,
        /** The one copy of what cannot be sharded: a request goes to the only G zone. */
        G,
        /** A read-only copy of G data per city: reads stay in the city, writes go to the G zone. */
        C;

        /** For sentences: {@code an R}, {@code a G}. */
        public String indefinite() {
            return (this == R ? "an " : "a ") + this;
        }
    }

    /**
     * A unit of deployment inside a region.
     *
     * @param weight relative share, 0..1000: of an R zone, of the shards (the weights of all R zones do not sum to 0); of a C zone, of its
     *     region's reads. A G zone has none
     * @param endpoints host:port, HTTP/2 without TLS
     * @param capacity requests per second that it can serve; empty: not declared
     * @param backups other zones, the best first
     * @param elastic serves shards for a while, when they are popped out to it; its weight is 0
     * @param group of zones of this region that are deployed together, such as {@code blue}
     * @param kind only R zones own shards
     */
    public record Zone(
            ZoneId id,
            RegionId region,
            int weight,
            List<String> endpoints,
            OptionalInt capacity,
            List<ZoneId> backups,
            boolean elastic,
            Optional<String> group,
            Kind kind) {
        public Zone {
            backups = requireNonNullElse(backups, List.of());
            kind = requireNonNullElse(kind, Kind.R);
        }

        /** An R zone. */
        public Zone(
                ZoneId id,
                RegionId region,
                int weight,
                List<String> endpoints,
                OptionalInt capacity,
                List<ZoneId> backups,
                boolean elastic,
                Optional<String> group) {
            this(id, region, weight, endpoints, capacity, backups, elastic, group, Kind.R);
        }

        public Zone(ZoneId id, RegionId region, int weight, List<String> endpoints) {
            this(id, region, weight, endpoints, OptionalInt.empty(), List.of(), false, Optional.empty());
        }

        /** May own shards. */
        public boolean sharded() {
            return kind == Kind.R;
        }

        /** Is given shards when nobody has any. */
        public boolean takesShards() {
            return sharded() && weight > 0;
        }
    }

    /**
     * Requests that are told apart from others by their host.
     *
     * @param kind where its requests go
     * @param hosts {@code shop.example.com}, {@code *.example.com}, lower case, without ports; an exact one before a wildcard, the longest wildcard
     *     first; none: whatever no other service takes (one service at most)
     * @param keys of an R service: where the sharding key may be, first present wins: {@code header:NAME, cookie:NAME, query:NAME, path:N,
     *     jwt:CLAIM}; else none
     * @param withoutKey of an R service: the R zone for requests that carry no key; empty: they are rejected
     * @param jwt there whenever a key is a claim
     * @param endpoints of this service in a zone, host:port; a zone that is not in it serves it at its own endpoints
     * @param weightCut of a C service
     * @param diagnostics whether answers carry {@code x-meridian-shard}, {@code -zone} and {@code -epoch}
     */
    public record Service(
            String name,
            Kind kind,
            List<String> hosts,
            List<String> keys,
            Optional<ZoneId> withoutKey,
            Optional<Jwt> jwt,
            SortedMap<ZoneId, List<String>> endpoints,
            Optional<Outlier> outlier,
            Optional<CircuitBreaker> circuitBreaker,
            Optional<Retries> retries,
            Optional<WeightCut> weightCut,
            boolean diagnostics) {
        public Service {
            // What versions before several services logged has nothing in these places.
            kind = requireNonNullElse(kind, Kind.R);
            hosts = requireNonNullElse(hosts, List.of());
            jwt = requireNonNullElse(jwt, Optional.empty());
            endpoints = requireNonNullElse(endpoints, Collections.emptySortedMap());
            retries = requireNonNullElse(retries, Optional.empty());
            weightCut = requireNonNullElse(weightCut, Optional.empty());
        }

        /** An R service for all hosts, on the zones' own endpoints. */
        public Service(
                String name,
                List<String> keys,
                Optional<ZoneId> withoutKey,
                Optional<Outlier> outlier,
                Optional<CircuitBreaker> circuitBreaker) {
            this(
                    name,
                    Kind.R,
                    List.of(),
                    keys,
                    withoutKey,
                    Optional.empty(),
                    Collections.emptySortedMap(),
                    outlier,
                    circuitBreaker,
                    Optional.empty(),
                    Optional.empty(),
                    false);
        }

        /** The same without any policy. */
        public Service(String name, List<String> keys) {
            this(name, keys, Optional.empty(), Optional.empty(), Optional.empty());
        }

        /** Host:port of this service in {@code zone}. */
        public List<String> endpoints(ZoneId zone, List<String> ofTheZone) {
            return endpoints.getOrDefault(zone, ofTheZone);
        }
    }

    /**
     * Who issues the tokens whose claims are keys. A token that is there must be valid, else 401; one that is missing is a missing key.
     *
     * @param audiences one of them must be in the token; none: any
     * @param jwks the public keys as a JSON text, or the {@code http} or {@code https} address where they are
     */
    public record Jwt(String issuer, List<String> audiences, String jwks) {
        public boolean remote() {
            return jwks.startsWith("http://") || jwks.startsWith("https://");
        }
    }

    /**
     * How often Envoy may try another endpoint, only when the first try proves that nothing was executed: the connection failed, or the stream was
     * refused.
     *
     * @param attempts more than the first, 1..5
     * @param budgetPercent retries under way, of all requests under way
     * @param minConcurrency so many retries may be under way whatever the percentage
     */
    public record Retries(int attempts, int budgetPercent, int minConcurrency) {}

    /**
     * A C zone whose answers fail gets fewer requests, until they succeed again.
     *
     * @param errorPercent of answers 5xx and connection failures within {@code window}; above it the zone's share is cut in half at each window
     * @param floorPercent of its declared weight: never less, else nobody would notice that it is well again
     */
    public record WeightCut(int errorPercent, int floorPercent, Duration window) {}

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

    /** Who may write a table's rows. */
    public enum TableKind {
        /** The owner of the row's shard, one region at a time. */
        SHARDED,
        /** Every region at any time; what was written concurrently is merged. */
        MULTI_WRITER
    }

    /**
     * In every store group.
     *
     * @param shardingColumn of a multi-writer table it only says with which other rows a row travels
     * @param storeGroup the only group's name, where the document names it; empty: it does not
     * @param bulk written many rows at a time: the fence checks statements instead of rows
     * @param safe indexes whose values, and columns whose sequences, are known to be different in every region by other means
     * @param resolver of a multi-writer table: how those of its columns are merged that are not in {@code columns}; else empty
     * @param columns of a multi-writer table: resolvers of single columns
     * @param orphans of a sharded table: what becomes of a write that lost its place when its region was lost, where the row was written since
     */
    public record Table(
            String schema,
            String name,
            String shardingColumn,
            String storeGroup,
            boolean bulk,
            List<String> safe,
            TableKind kind,
            String resolver,
            SortedMap<String, String> columns,
            String orphans) {
        public Table {
            // What versions before logged has nothing in these places.
            safe = requireNonNullElse(safe, List.of());
            kind = requireNonNullElse(kind, TableKind.SHARDED);
            resolver = requireNonNullElse(resolver, "");
            columns = requireNonNullElse(columns, Collections.emptySortedMap());
            orphans = requireNonNullElse(orphans, TableReader.REJECT);
        }

        /** Whose orphans are rejected. */
        public Table(
                String schema,
                String name,
                String shardingColumn,
                String storeGroup,
                boolean bulk,
                List<String> safe,
                TableKind kind,
                String resolver,
                SortedMap<String, String> columns) {
            this(schema, name, shardingColumn, storeGroup, bulk, safe, kind, resolver, columns, TableReader.REJECT);
        }

        /** A sharded one, checked row by row, with nothing declared safe. */
        public Table(String schema, String name, String shardingColumn, String storeGroup) {
            this(schema, name, shardingColumn, storeGroup, false, List.of());
        }

        /** A sharded one. */
        public Table(
                String schema, String name, String shardingColumn, String storeGroup, boolean bulk, List<String> safe) {
            this(
                    schema,
                    name,
                    shardingColumn,
                    storeGroup,
                    bulk,
                    safe,
                    TableKind.SHARDED,
                    "",
                    Collections.emptySortedMap());
        }

        /** A multi-writer one. */
        public Table(
                String schema,
                String name,
                String shardingColumn,
                String storeGroup,
                String resolver,
                SortedMap<String, String> columns) {
            this(schema, name, shardingColumn, storeGroup, false, List.of(), TableKind.MULTI_WRITER, resolver, columns);
        }

        /** Under the fence: its rows are written by their shard's owner. */
        public boolean sharded() {
            return kind == TableKind.SHARDED;
        }
    }

    /** @param address host:port where {@code from}'s edges reach {@code to}'s gateway */
    public record Gateway(RegionId from, RegionId to, String address) {}

    public Optional<Region> region(RegionId id) {
        return regions.stream().filter(region -> region.id().equals(id)).findFirst();
    }

    public Optional<Zone> zone(ZoneId id) {
        return zones.stream().filter(zone -> zone.id().equals(id)).findFirst();
    }

    /** The R zones, in their order. */
    public List<Zone> shardZones() {
        return zones.stream().filter(Zone::sharded).toList();
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

    /** What the ids of a region's store of a group carry; empty: the region has no number, or there are more groups than ids can tell apart. */
    public OptionalInt idNumber(RegionId region, String group) {
        OptionalInt number = regions.stream()
                .filter(one -> one.id().equals(region))
                .findFirst()
                .map(Region::number)
                .orElse(OptionalInt.empty());
        // By their shards, which are fixed, and not by their order in the document.
        List<String> groups = storeGroups.stream()
                .sorted(Comparator.comparingInt(one -> one.range(shards).first()))
                .map(StoreGroup::name)
                .toList();
        int place = groups.indexOf(group);
        return number.isEmpty() || place < 0 || place >= RowId.GROUPS
                ? OptionalInt.empty()
                : OptionalInt.of(number.getAsInt() * RowId.GROUPS + place);
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
