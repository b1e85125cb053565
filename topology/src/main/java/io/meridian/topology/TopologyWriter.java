package io.meridian.topology;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A topology as the document that {@link TopologyReader} reads: maps, lists, texts and numbers, keys in the order of the shape. What
 * was left out, or is what it would be if left out, is left out.
 */
public final class TopologyWriter {
    private TopologyWriter() {}

    public static Map<String, Object> write(Topology topology) {
        var document = new Entry()
                .with("name", topology.name())
                .with("shards", topology.shards())
                .with("regions", each(topology.regions(), TopologyWriter::region))
                .with("storeGroups", each(topology.storeGroups(), TopologyWriter::storeGroup))
                .with("zones", each(topology.zones(), TopologyWriter::zone))
                .with("services", each(topology.services(), TopologyWriter::service))
                .with("tables", each(topology.tables(), TopologyWriter::table))
                .with("gateways", each(topology.gateways(), TopologyWriter::gateway))
                .unlessEmpty("residency", each(topology.residency(), TopologyWriter::residency));
        if (!topology.limits().equals(Limits.NONE)) {
            document.with("limits", limits(topology.limits()));
        }
        if (!topology.safetyRules().equals(SafetyRules.NONE)) {
            document.with("safetyRules", safetyRules(topology.safetyRules()));
        }
        document.unlessEmpty("maintenanceWindows", each(topology.maintenanceWindows(), TopologyWriter::window));
        if (!topology.failover().equals(FailoverRules.DEFAULT)) {
            document.with("failover", failover(topology.failover()));
        }
        return document.map();
    }

    private static Map<String, Object> region(Topology.Region region) {
        var entry = new Entry().with("name", region.id().name()).with("city", region.city());
        region.number().ifPresent(number -> entry.with("number", number));
        if (!region.failover().equals(FailoverPolicy.DEFAULT)) {
            LossBound bound = region.failover().maxLoss();
            entry.with(
                    "failover",
                    new Entry()
                            .with("mode", FailoverReader.text(region.failover().mode()))
                            .ifThere("maxLoss", bound.bounds() ? Optional.of(bound.text()) : Optional.empty())
                            .map());
        }
        return entry.map();
    }

    private static Map<String, Object> failover(FailoverRules rules) {
        return new Entry()
                .unless(
                        "window",
                        DocumentNode.write(rules.window()),
                        DocumentNode.write(FailoverRules.DEFAULT.window()))
                .unless("perHour", rules.perHour(), FailoverRules.DEFAULT.perHour())
                .map();
    }

    private static Map<String, Object> storeGroup(Topology.StoreGroup group) {
        return new Entry()
                .with("name", group.name())
                .with("partitions", group.partitions())
                .ifThere("shards", group.shards().map(ShardRange::toString))
                .map();
    }

    private static Map<String, Object> zone(Topology.Zone zone) {
        var entry = new Entry()
                .with("name", zone.id().name())
                .with("region", zone.region().name())
                .unless("kind", zone.kind().name(), Topology.Kind.R.name());
        switch (zone.kind()) {
            case R -> entry.with("weight", zone.weight());
            case G -> {}
            case C -> entry.unless("weight", zone.weight(), ZoneReader.C_WEIGHT);
        }
        entry.with("endpoints", zone.endpoints());
        zone.capacity().ifPresent(capacity -> entry.with("capacity", capacity));
        entry.unlessEmpty("backups", zone.backups().stream().map(ZoneId::name).toList());
        if (zone.elastic()) {
            entry.with("elastic", true);
        }
        return entry.ifThere("group", zone.group()).map();
    }

    private static Map<String, Object> service(Topology.Service service) {
        var endpoints = new Entry();
        service.endpoints().forEach((zone, addresses) -> endpoints.with(zone.name(), addresses));
        return new Entry()
                .with("name", service.name())
                .unless("kind", service.kind().name(), Topology.Kind.R.name())
                .unlessEmpty("hosts", service.hosts())
                .unlessEmpty("keys", service.keys())
                .ifThere("unknownKey", service.withoutKey().map(zone -> "zone:" + zone))
                .ifThere("jwt", service.jwt().map(TopologyWriter::jwt))
                .unless("endpoints", endpoints.map(), Map.of())
                .ifThere("outlier", service.outlier().map(TopologyWriter::outlier))
                .ifThere("circuitBreaker", service.circuitBreaker().map(TopologyWriter::circuitBreaker))
                .ifThere("retries", service.retries().map(TopologyWriter::retries))
                .ifThere("weightCut", service.weightCut().map(TopologyWriter::weightCut))
                .unless("diagnostics", service.diagnostics(), false)
                .map();
    }

    private static Map<String, Object> jwt(Topology.Jwt jwt) {
        return new Entry()
                .with("issuer", jwt.issuer())
                .unlessEmpty("audiences", jwt.audiences())
                .with("jwks", jwt.jwks())
                .map();
    }

    private static Map<String, Object> retries(Topology.Retries retries) {
        return new Entry()
                .with("attempts", retries.attempts())
                .unless("budgetPercent", retries.budgetPercent(), ServicePolicyReader.BUDGET_PERCENT)
                .unless("minConcurrency", retries.minConcurrency(), ServicePolicyReader.MIN_CONCURRENCY)
                .map();
    }

    private static Map<String, Object> weightCut(Topology.WeightCut cut) {
        return new Entry()
                .with("errorPercent", cut.errorPercent())
                .with("floorPercent", cut.floorPercent())
                .with("window", DocumentNode.write(cut.window()))
                .map();
    }

    private static Map<String, Object> outlier(Topology.Outlier outlier) {
        return new Entry()
                .with("consecutive5xx", outlier.consecutive5xx())
                .with("interval", DocumentNode.write(outlier.interval()))
                .with("ejection", DocumentNode.write(outlier.ejection()))
                .with("maxEjectionPercent", outlier.maxEjectionPercent())
                .map();
    }

    private static Map<String, Object> circuitBreaker(Topology.CircuitBreaker breaker) {
        return new Entry()
                .with("maxConnections", breaker.maxConnections())
                .with("maxPendingRequests", breaker.maxPendingRequests())
                .with("maxRequests", breaker.maxRequests())
                .with("maxRetries", breaker.maxRetries())
                .map();
    }

    private static Map<String, Object> table(Topology.Table table) {
        var entry = new Entry()
                .with("name", table.schema() + "." + table.name())
                .with("shardingColumn", table.shardingColumn());
        if (!table.storeGroup().isEmpty()) {
            entry.with("storeGroup", table.storeGroup());
        }
        if (table.bulk()) {
            entry.with("bulk", true);
        }
        if (!table.safe().isEmpty()) {
            entry.with("safe", table.safe());
        }
        entry.unless("orphans", table.orphans(), TableReader.REJECT);
        if (!table.sharded()) {
            entry.with("kind", TableReader.MULTI_WRITER)
                    .unless("resolver", table.resolver(), TableReader.LAST_WRITER_WINS);
            if (!table.columns().isEmpty()) {
                entry.with("columns", table.columns());
            }
        }
        return entry.map();
    }

    private static Map<String, Object> gateway(Topology.Gateway gateway) {
        return new Entry()
                .with("from", gateway.from().name())
                .with("to", gateway.to().name())
                .with("address", gateway.address())
                .map();
    }

    private static Map<String, Object> residency(Residency residency) {
        return new Entry()
                .with("shards", residency.shards())
                .with("regions", names(residency.regions()))
                .map();
    }

    private static Map<String, Object> limits(Limits limits) {
        return new Entry()
                .ifThere("wave", limits.wave())
                .ifThere("wavePause", limits.wavePause().map(DocumentNode::write))
                .ifThere("lag", limits.lag().map(DocumentNode::write))
                .ifThere("lagRows", limits.lagRows())
                .ifThere("catchUp", limits.catchUp().map(DocumentNode::write))
                .ifThere("movesAtOnce", limits.movesAtOnce())
                .ifThere("rps", limits.rps())
                .map();
    }

    private static Map<String, Object> safetyRules(SafetyRules rules) {
        var entry = new Entry().ifThere("minRegionsWithCapacity", rules.minRegionsWithCapacity());
        if (rules.neverAllZonesOfCity()) {
            entry.with("neverAllZonesOfCity", true);
        }
        return entry.map();
    }

    private static Map<String, Object> window(MaintenanceWindow window) {
        var entry = new Entry();
        if (window.days().size() < 7) {
            entry.with("days", window.days().stream().map(PolicyReader::write).toList());
        }
        return entry.with("from", window.from().toString())
                .with("to", window.to().toString())
                .unlessEmpty("regions", names(window.regions()))
                .map();
    }

    private static List<String> names(List<RegionId> regions) {
        return regions.stream().map(RegionId::name).toList();
    }

    private static <T> List<Map<String, Object>> each(List<T> items, Function<T, Map<String, Object>> writer) {
        return items.stream().map(writer).toList();
    }

    /** One object of the document, while it is written. */
    private record Entry(Map<String, Object> map) {
        Entry() {
            this(new LinkedHashMap<>());
        }

        Entry with(String key, Object value) {
            map.put(key, value);
            return this;
        }

        Entry unless(String key, Object value, Object otherwise) {
            return value.equals(otherwise) ? this : with(key, value);
        }

        Entry ifThere(String key, Optional<?> value) {
            value.ifPresent(there -> map.put(key, there));
            return this;
        }

        Entry unlessEmpty(String key, List<?> list) {
            if (!list.isEmpty()) {
                map.put(key, list);
            }
            return this;
        }
    }
}
