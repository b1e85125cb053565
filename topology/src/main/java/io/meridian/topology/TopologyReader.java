package io.meridian.topology;

import io.meridian.topology.ids.RowId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a topology document, already parsed from YAML or JSON into maps, lists, strings and numbers. Reports every fault, each with
 * its JSON pointer and what would be right.
 * {@snippet lang = "yaml" :
 * name: local
 * shards: 1024
 * regions: [{name: east, city: alpha}, {name: west, city: beta}]
 * storeGroups: [{name: main, partitions: 4}]
 * zones: [{name: east-1, region: east, weight: 100, endpoints: ["127.0.0.1:21050"]}]
 * services: [{name: ledger, keys: ["header:x-user-key", "cookie:uid", "query:user", "path:2"]}]
 * tables: [{name: public.account, shardingColumn: user_key}]
 * gateways: [{from: east, to: west, address: "127.0.0.1:21069"}]   # may be left out when no two regions have zones
 * }
 * What else it may have is told in {@code docs/topology.md}.
 */
public final class TopologyReader {
    private static final Set<String> OPTIONAL =
            Set.of("gateways", "residency", "limits", "safetyRules", "maintenanceWindows", "failover");

    private final DocumentNode document;
    /** As written, misspelled ones too: a wrong name is one fault, not one more for each place that refers to it. */
    private final Set<String> regionNames = new HashSet<>();

    private final Set<Integer> regionNumbers = new HashSet<>();

    private TopologyReader(DocumentNode document) {
        this.document = document;
    }

    /** What came of reading. */
    public sealed interface Reading {
        record Read(Topology topology) implements Reading {}

        /** @param faults at least one, in the order of the shape above */
        record Faulty(List<Problem.Fault> faults) implements Reading {}
    }

    /** @param document what the YAML or JSON parser made of the text: {@code Map<String, Object>} when well-formed, null when it was empty */
    public static Reading read(@Nullable Object document) {
        List<Problem.Fault> faults = new ArrayList<>();
        Optional<Topology> topology = new TopologyReader(new DocumentNode("", document, faults)).read();
        return faults.isEmpty() && topology.isPresent()
                ? new Reading.Read(topology.get())
                : new Reading.Faulty(List.copyOf(faults));
    }

    private Optional<Topology> read() {
        Set<String> required = Set.of("name", "shards", "regions", "storeGroups", "zones", "services", "tables");
        if (!document.isObject(required, OPTIONAL)) {
            return Optional.empty();
        }
        Optional<String> name = document.text("name", DocumentRules.NAME, DocumentRules.NAME_RULE);
        Optional<Integer> shards = shards();
        var regions =
                document.named("regions", "region", Set.of("name", "city"), Set.of("failover", "number"), this::region);
        if (document.size("regions") == 0) {
            document.child("regions").fault("a topology needs at least one region: {name: east, city: alpha}");
        }
        var groupReader = new GroupReader(document, shards);
        List<Topology.StoreGroup> groups = groupReader.read();
        var kinds = new ZoneKinds(document);
        var zones = ZoneReader.zones(document, regionNames, kinds, sharded());
        var services = ServiceReader.services(document, kinds);
        var tables = TableReader.tables(document, groupReader.names());
        var gateways = ZoneReader.gateways(document, regionNames, zones);
        var residency = PolicyReader.residency(document, shards, regionNames, zones);
        var limits = PolicyReader.limits(document);
        var rules = PolicyReader.safetyRules(document, zones);
        var windows = PolicyReader.windows(document, regionNames);
        var failover = FailoverReader.rules(document);
        return name.flatMap(n -> shards.map(s -> new Topology(
                n, s, regions, groups, zones, services, tables, gateways, residency, limits, rules, windows,
                failover)));
    }

    /** What needs an R zone; empty: nothing does. */
    private Optional<String> sharded() {
        return first("services", entry -> ZoneKinds.kindOf(entry).equals(Optional.of(Topology.Kind.R)))
                .map(name -> "service '" + name + "' is for R zones")
                .or(() -> first("tables", _ -> true).map(name -> "table '" + name + "' is sharded"));
    }

    private Optional<String> first(String key, Predicate<Map<?, ?>> wanted) {
        return document.child(key).value() instanceof List<?> list
                ? list.stream()
                        .flatMap(entry -> entry instanceof Map<?, ?> map && wanted.test(map)
                                ? Stream.of(String.valueOf(map.get("name")))
                                : Stream.empty())
                        .findFirst()
                : Optional.empty();
    }

    private Optional<Integer> shards() {
        Optional<Integer> shards = document.whole("shards", 64, 65_536);
        if (shards.isPresent() && Integer.bitCount(shards.get()) != 1) {
            int below = Integer.highestOneBit(shards.get());
            document.child("shards")
                    .fault(shards.get() + " is not a power of two; " + below + " and " + 2 * below + " are");
            return Optional.empty();
        }
        return shards;
    }

    private Optional<Topology.Region> region(DocumentNode node) {
        Optional<String> name = node.text("name", DocumentRules.NAME, DocumentRules.NAME_RULE);
        Optional<String> city = node.text("city", DocumentRules.NAME, DocumentRules.NAME_RULE);
        FailoverPolicy failover = FailoverReader.policy(node);
        regionNames.add(String.valueOf(node.child("name").value()));
        Optional<Integer> number = number(node);
        return name.flatMap(n -> city.map(c -> new Topology.Region(
                RegionId.of(n), c, number.map(OptionalInt::of).orElse(OptionalInt.empty()), failover)));
    }

    /** Two regions with one number would make the same ids. */
    private Optional<Integer> number(DocumentNode node) {
        Optional<Integer> number = node.whole("number", 0, RowId.REGIONS - 1);
        if (number.isPresent() && !regionNumbers.add(number.get())) {
            node.child("number").fault("another region has the number " + number.get() + ", and so the same ids");
        }
        return number;
    }
}
