package io.meridian.topology;

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

    private ZoneReader() {}

    /** @param regions names of the declared regions */
    static List<Topology.Zone> zones(DocumentNode document, Set<String> regions) {
        int faultsBefore = document.faults().size();
        Set<String> names = document.names("zones");
        var zones = document.named(
                "zones",
                "zone",
                Set.of("name", "region", "weight", "endpoints"),
                Set.of("kind", "capacity", "backups", "elastic", "group"),
                node -> zone(node, regions, names));
        int count = document.size("zones");
        if (count == 0) {
            document.child("zones").fault("a topology needs at least one zone");
        } else if (count > ZONES_AT_MOST) {
            document.child("zones").fault(count + " zones are too many: a route map has room for " + ZONES_AT_MOST);
        }
        boolean readable = count > 0 && document.faults().size() == faultsBefore;
        if (readable && zones.stream().allMatch(zone -> zone.weight() == 0)) {
            document.child("zones").fault("the weights sum to 0: give at least one zone a weight from 1 to 1000");
        }
        return zones;
    }

    private static Optional<Topology.Zone> zone(DocumentNode node, Set<String> regions, Set<String> zones) {
        Optional<String> name = node.text("name");
        node.only("kind", "R", Set.of("G", "C"), "every zone serves user shards");
        Optional<String> region = node.reference("region", "region", regions);
        Optional<Integer> weight = node.whole("weight", 0, 1000);
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
        List<ZoneId> backups = backups(node, zones);
        boolean elastic = node.bool("elastic").orElse(false);
        if (elastic && weight.isPresent() && weight.get() > 0) {
            node.child("weight")
                    .fault("an elastic zone has shards only while they are popped out to it, so its weight is 0, not "
                            + weight.get());
        }
        Optional<String> group = node.text("group", DocumentRules.NAME, DocumentRules.NAME_RULE);
        return name.flatMap(n -> region.flatMap(r -> weight.map(w -> new Topology.Zone(
                ZoneId.of(n),
                RegionId.of(r),
                w,
                endpoints,
                capacity.map(OptionalInt::of).orElse(OptionalInt.empty()),
                backups,
                elastic,
                group))));
    }

    private static List<ZoneId> backups(DocumentNode node, Set<String> zones) {
        List<String> names = node.references("backups", "zone", zones);
        if (node.child("name").value() instanceof String own && names.contains(own)) {
            node.child("backups").fault("zone '" + own + "' cannot be its own backup");
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
