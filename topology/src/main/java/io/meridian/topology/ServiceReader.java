package io.meridian.topology;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The part of {@link TopologyReader} that reads services and tables. */
final class ServiceReader {
    private static final Set<String> OUTLIER = Set.of("consecutive5xx", "interval", "ejection", "maxEjectionPercent");
    private static final Set<String> CIRCUIT_BREAKER =
            Set.of("maxConnections", "maxPendingRequests", "maxRequests", "maxRetries");
    private static final Set<String> RESOLVERS =
            Set.of("last-writer-wins", "max", "min", "delta-counter", "set-union", "column-wise");

    private ServiceReader() {}

    /** @param zones names of the declared zones */
    static List<Topology.Service> services(DocumentNode document, Set<String> zones) {
        var read = new ArrayList<Topology.Service>();
        return document.named(
                "services",
                "service",
                Set.of("name", "keys"),
                Set.of("kind", "unknownKey", "endpoints", "outlier", "circuitBreaker"),
                node -> {
                    Optional<Topology.Service> service = service(node, zones);
                    service.ifPresent(now -> {
                        read.add(now);
                        agree(node, "unknownKey", read, Topology.Service::withoutKey);
                        agree(node, "outlier", read, Topology.Service::outlier);
                        agree(node, "circuitBreaker", read, Topology.Service::circuitBreaker);
                    });
                    return service;
                });
    }

    private static Optional<Topology.Service> service(DocumentNode node, Set<String> zones) {
        Optional<String> name = node.text("name", DocumentRules.NAME, DocumentRules.NAME_RULE);
        node.only("kind", "R", Set.of("G", "C"), "every service's requests go to their shard's zone");
        List<String> keys = node.items("keys", item -> item.asText(DocumentRules::keySourceFault));
        if (node.size("keys") == 0) {
            node.child("keys")
                    .fault("a service needs a place where the sharding key may be, such as header:x-user-key");
        }
        Optional<ZoneId> withoutKey = unknownKey(node, zones);
        if (node.has("endpoints")) {
            endpoints(node.child("endpoints"), zones);
        }
        Optional<Topology.Outlier> outlier = node.has("outlier") ? outlier(node.child("outlier")) : Optional.empty();
        Optional<Topology.CircuitBreaker> breaker =
                node.has("circuitBreaker") ? circuitBreaker(node.child("circuitBreaker")) : Optional.empty();
        return name.map(n -> new Topology.Service(n, keys, withoutKey, outlier, breaker));
    }

    private static Optional<ZoneId> unknownKey(DocumentNode node, Set<String> zones) {
        Optional<String> rule = node.text("unknownKey");
        if (rule.isEmpty() || rule.get().equals("reject")) {
            return Optional.empty();
        }
        String zone = rule.get().startsWith("zone:") ? rule.get().substring("zone:".length()) : "";
        if (!zone.isEmpty() && (zones.isEmpty() || zones.contains(zone))) {
            return Optional.of(ZoneId.of(zone));
        }
        node.child("unknownKey")
                .fault("'" + rule.get() + "': expected reject, or zone:NAME with one of "
                        + String.join(", ", zones.stream().sorted().toList()));
        return Optional.empty();
    }

    /** Read for its own faults' sake, then refused: the edge does not tell services apart. */
    private static void endpoints(DocumentNode node, Set<String> zones) {
        if (node.isObject(Set.of(), zones)) {
            zones.stream().sorted().forEach(zone -> node.items(zone, item -> item.asText(DocumentRules::addressFault)));
            node.fault("endpoints of a service are not in this version: its requests go to those of the zones");
        }
    }

    private static Optional<Topology.Outlier> outlier(DocumentNode node) {
        if (!node.isObject(OUTLIER, Set.of())) {
            return Optional.empty();
        }
        Optional<Integer> answers = node.whole("consecutive5xx", 1, 1000);
        Optional<Duration> interval = node.duration("interval", Duration.ofMillis(100), Duration.ofMinutes(10));
        Optional<Duration> ejection = node.duration("ejection", Duration.ofMillis(100), Duration.ofMinutes(10));
        Optional<Integer> percent = node.whole("maxEjectionPercent", 1, 100);
        return answers.flatMap(a ->
                interval.flatMap(i -> ejection.flatMap(e -> percent.map(p -> new Topology.Outlier(a, i, e, p)))));
    }

    private static Optional<Topology.CircuitBreaker> circuitBreaker(DocumentNode node) {
        if (!node.isObject(CIRCUIT_BREAKER, Set.of())) {
            return Optional.empty();
        }
        Optional<Integer> connections = node.whole("maxConnections", 1, 1_000_000);
        Optional<Integer> pending = node.whole("maxPendingRequests", 1, 1_000_000);
        Optional<Integer> requests = node.whole("maxRequests", 1, 1_000_000);
        Optional<Integer> retries = node.whole("maxRetries", 1, 1_000_000);
        return connections.flatMap(c ->
                pending.flatMap(p -> requests.flatMap(q -> retries.map(r -> new Topology.CircuitBreaker(c, p, q, r)))));
    }

    /** The edge does not tell services apart: what is not the same for all of them could not be kept. */
    private static void agree(
            DocumentNode node, String key, List<Topology.Service> read, Function<Topology.Service, Object> setting) {
        Topology.Service first = read.getFirst();
        if (!setting.apply(first).equals(setting.apply(read.getLast()))) {
            node.child(key)
                    .fault("differs from that of service '" + first.name()
                            + "': in this version all services share the zones' endpoints, so give each the same");
        }
    }

    /** @param groups names of the declared store groups */
    static List<Topology.Table> tables(DocumentNode document, Set<String> groups) {
        return document.named(
                "tables",
                "table",
                Set.of("name"),
                Set.of("kind", "shardingColumn", "resolver", "storeGroup"),
                node -> table(node, groups));
    }

    private static Optional<Topology.Table> table(DocumentNode node, Set<String> groups) {
        Optional<String> name = node.text("name", DocumentRules.TABLE, DocumentRules.TABLE_RULE);
        boolean sharded = node.only(
                "kind",
                "sharded",
                Set.of("global", "multi-writer"),
                "a table is sharded by a column, or left out of the document and out of replication");
        Optional<String> column = node.text("shardingColumn", DocumentRules.IDENTIFIER, DocumentRules.IDENTIFIER_RULE);
        if (sharded && !node.has("shardingColumn")) {
            node.child("shardingColumn").fault("missing: 'shardingColumn' is required here");
        }
        if (node.has("resolver")) {
            resolver(node, sharded);
        }
        Optional<String> group = storeGroup(node, groups);
        if (name.isPresent() && name.get().startsWith("meridian.")) {
            node.child("name")
                    .fault("the schema 'meridian' is Meridian's own; tables of the application stand in others");
        }
        return name.flatMap(n -> column.flatMap(c -> group.map(g -> {
            int dot = n.indexOf('.');
            return new Topology.Table(n.substring(0, dot), n.substring(dot + 1), c, g);
        })));
    }

    /** Documents of before there were several name the only group; it stays as it is written. */
    private static Optional<String> storeGroup(DocumentNode node, Set<String> groups) {
        if (!node.has("storeGroup")) {
            return Optional.of("");
        }
        if (groups.size() > 1) {
            node.child("storeGroup").fault("every table is in every store group; leave it out");
            return Optional.empty();
        }
        return node.reference("storeGroup", "store group", groups);
    }

    private static void resolver(DocumentNode node, boolean sharded) {
        DocumentNode resolver = node.child("resolver");
        if (sharded) {
            resolver.fault(
                    "a sharded table's rows have one writer at a time, so nothing is to be resolved; leave it out");
        } else if (!(resolver.value() instanceof String text && RESOLVERS.contains(text))) {
            resolver.fault("expected one of "
                    + String.join(", ", RESOLVERS.stream().sorted().toList()));
        }
    }
}
