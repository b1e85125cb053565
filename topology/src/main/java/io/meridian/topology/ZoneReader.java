package io.meridian.topology;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** The part of {@link TopologyReader} that reads zones, and the gateways by which regions with zones must reach each other. */
final class ZoneReader {
    /** A route map spends one printable character on each zone. */
    private static final int ZONES_AT_MOST = 80;

    /** Of a C zone that says nothing. */
    static final int C_WEIGHT = 100;

    private ZoneReader() {}

    /**
     * @param regions names of the declared regions
     * @param sharded what needs an R zone; empty: nothing does
     */
    static List<Topology.Zone> zones(
            DocumentNode document, Set<String> regions, ZoneKinds kinds, Optional<String> sharded) {
        int faultsBefore = document.faults().size();
        var firstG = new ArrayList<String>();
        var zones = document.named(
                "zones",
                "zone",
                Set.of("name", "region", "endpoints"),
                Set.of("kind", "weight", "capacity", "backups", "elastic", "group"),
                node -> {
                    Optional<Topology.Zone> zone = zone(node, regions, kinds);
                    if ("G".equals(node.child("kind").value())) {
                        firstG.add(node.pointer());
                        if (firstG.size() > 1) {
                            node.child("kind").fault("a second G zone; the first is at " + firstG.getFirst());
                        }
                    }
                    return zone;
                });
        int count = document.size("zones");
        if (count == 0) {
            document.child("zones").fault("a topology needs at least one zone");
        } else if (count > ZONES_AT_MOST) {
            document.child("zones").fault(count + " zones are too many: a route map has room for " + ZONES_AT_MOST);
        }
        boolean readable = count > 0 && document.faults().size() == faultsBefore;
        if (readable && kinds.none(Topology.Kind.R)) {
            sharded.ifPresent(what ->
                    document.child("zones").fault("no zone is an R zone, so no shard has a place, but " + what));
        } else if (readable && zones.stream().noneMatch(Topology.Zone::takesShards)) {
            document.child("zones").fault("the weights sum to 0: give at least one R zone a weight from 1 to 1000");
        }
        return zones;
    }

    private static Optional<Topology.Zone> zone(DocumentNode node, Set<String> regions, ZoneKinds kinds) {
        Optional<String> name = node.text("name");
        Optional<Topology.Kind> kind = ZoneKinds.read(node);
        Optional<String> region = node.reference("region", "region", regions);
        Optional<Integer> weight = weight(node, kind);
        List<String> endpoints = node.items("endpoints", item -> item.asText(DocumentRules::addressFault));
        if (node.size("endpoints") == 0) {
            node.child("endpoints").fault("a zone needs at least one endpoint, such as 127.0.0.1:21050");
        }
        if (name.isPresent() && region.isPresent() && !namedAfter(region.get(), name.get())) {
            node.child("name")
                    .fault("'" + name.get() + "' is in region " + region.get() + ", so it is named " + region.get()
                            + "-n, such as " + region.get() + "-1");
        }
        Optional<Integer> capacity = node.whole("capacity", 1, 100_000_000);
        List<ZoneId> backups = backups(node, kinds, kind);
        boolean elastic = node.bool("elastic").orElse(false);
        Optional<String> group = node.text("group", DocumentRules.NAME, DocumentRules.NAME_RULE);
        if (kind.isPresent() && kind.get() != Topology.Kind.R) {
            shardless(node, kind.get());
        } else if (elastic && weight.isPresent() && weight.get() > 0) {
            node.child("weight")
                    .fault("an elastic zone has shards only while they are popped out to it, so its weight is 0, not "
                            + weight.get());
        }
        return name.flatMap(n -> kind.flatMap(k -> region.flatMap(r -> weight.map(w -> new Topology.Zone(
                ZoneId.of(n),
                RegionId.of(r),
                w,
                endpoints,
                capacity.map(OptionalInt::of).orElse(OptionalInt.empty()),
                backups,
                elastic,
                group,
                k)))));
    }

    private static Optional<Integer> weight(DocumentNode node, Optional<Topology.Kind> kind) {
        if (kind.isEmpty()) {
            return node.whole("weight", 0, 1000);
        }
        return switch (kind.get()) {
            case R -> {
                if (!node.has("weight")) {
                    node.child("weight").fault("missing: 'weight' is required of an R zone");
                }
                yield node.whole("weight", 0, 1000);
            }
            case G -> {
                Optional<Integer> weight = node.whole("weight", 0, 1000);
                if (weight.isPresent() && weight.get() > 0) {
                    node.child("weight").fault("the G zone shares with nobody, so it has no weight; leave it out");
                }
                yield node.has("weight") ? weight : Optional.of(0);
            }
            case C -> node.has("weight") ? node.whole("weight", 1, 1000) : Optional.of(C_WEIGHT);
        };
    }

    /** What is about shards has no place in a zone that never has any. */
    private static void shardless(DocumentNode node, Topology.Kind kind) {
        String why = kind.indefinite() + " zone owns no shards, so it has none; leave it out";
        if (node.has("backups") && node.size("backups") != 0) {
            node.child("backups").fault(why);
        }
        if (Boolean.TRUE.equals(node.child("elastic").value())) {
            node.child("elastic")
                    .fault(kind.indefinite() + " zone owns no shards, so none are popped out to it; leave it out");
        }
        if (node.has("group")) {
            node.child("group").fault(why);
        }
    }

    private static List<ZoneId> backups(DocumentNode node, ZoneKinds kinds, Optional<Topology.Kind> kind) {
        List<String> names = node.references("backups", "zone", kinds.names());
        if (node.child("name").value() instanceof String own && names.contains(own)) {
            node.child("backups").fault("zone '" + own + "' cannot be its own backup");
        }
        if (kind.equals(Optional.of(Topology.Kind.R))) {
            node.items("backups", item -> {
                kinds.unfit(String.valueOf(item.value()), EnumSet.of(Topology.Kind.R))
                        .ifPresent(is -> item.fault("zone '" + item.value() + "' is " + is.indefinite()
                                + " zone: it owns no shards, so it backs nobody up"));
                return Optional.empty();
            });
        }
        return names.stream().map(ZoneId::of).toList();
    }

    private static boolean namedAfter(String region, String zone) {
        return zone.startsWith(region + "-")
                && zone.substring(region.length() + 1).matches("[1-9][0-9]{0,2}");
    }

    static List<Topology.Gateway> gateways(DocumentNode document, Set<String> regions, List<Topology.Zone> zones) {
        record Pair(RegionId from, RegionId to) {}
        var pairs = new HashSet<Pair>();
        var gateways = document.items("gateways", node -> {
            Optional<Topology.Gateway> gateway = gateway(node, regions);
            if (gateway.isPresent()
                    && !pairs.add(new Pair(gateway.get().from(), gateway.get().to()))) {
                node.fault("a second gateway from " + gateway.get().from() + " to "
                        + gateway.get().to() + "; one is enough");
            }
            return gateway;
        });
        if (document.has("gateways") && gateways.size() != document.size("gateways")) {
            return gateways; // which pairs are missing can be told once the others can be read
        }
        var serving = new TreeSet<RegionId>();
        zones.forEach(zone -> serving.add(zone.region()));
        for (RegionId from : serving) {
            for (RegionId to : serving) {
                if (!from.equals(to) && !pairs.contains(new Pair(from, to))) {
                    document.child("gateways")
                            .fault("no gateway from " + from + " to " + to + ": both regions have zones, so " + from
                                    + "'s edges must reach " + to + "'s; add {from: " + from + ", to: " + to
                                    + ", address: host:port}");
                }
            }
        }
        return gateways;
    }

    private static Optional<Topology.Gateway> gateway(DocumentNode node, Set<String> regions) {
        if (!node.isObject(Set.of("from", "to", "address"), Set.of())) {
            return Optional.empty();
        }
        Optional<String> from = node.reference("from", "region", regions);
        Optional<String> to = node.reference("to", "region", regions);
        Optional<String> address =
                node.has("address") ? node.child("address").asText(DocumentRules::addressFault) : Optional.empty();
        if (from.isPresent() && from.equals(to)) {
            node.child("to")
                    .fault("a gateway leads to another region; " + from.get() + "'s edges reach its zones directly");
        }
        return from.flatMap(f ->
                to.flatMap(t -> address.map(a -> new Topology.Gateway(RegionId.of(f), RegionId.of(t), a))));
    }
}
