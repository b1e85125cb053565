package io.meridian.topology;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A topology as the document that {@link TopologyReader} reads: maps, lists, texts and numbers, keys in the order of the shape. */
public final class TopologyWriter {
    private TopologyWriter() {}

    public static Map<String, Object> write(Topology topology) {
        return object(
                "name", topology.name(),
                "shards", topology.shards(),
                "regions",
                        each(
                                topology.regions(),
                                region -> object("name", region.id().name(), "city", region.city())),
                "storeGroups",
                        each(
                                topology.storeGroups(),
                                group -> object("name", group.name(), "partitions", group.partitions())),
                "zones", each(topology.zones(), TopologyWriter::zone),
                "services",
                        each(topology.services(), service -> object("name", service.name(), "keys", service.keys())),
                "tables", each(topology.tables(), TopologyWriter::table),
                "gateways", each(topology.gateways(), TopologyWriter::gateway));
    }

    private static Map<String, Object> zone(Topology.Zone zone) {
        return object(
                "name", zone.id().name(),
                "region", zone.region().name(),
                "weight", zone.weight(),
                "endpoints", zone.endpoints());
    }

    private static Map<String, Object> table(Topology.Table table) {
        return object(
                "name", table.schema() + "." + table.name(),
                "shardingColumn", table.shardingColumn(),
                "storeGroup", table.storeGroup());
    }

    private static Map<String, Object> gateway(Topology.Gateway gateway) {
        return object(
                "from", gateway.from().name(),
                "to", gateway.to().name(),
                "address", gateway.address());
    }

    private static <T> List<Map<String, Object>> each(List<T> items, Function<T, Map<String, Object>> writer) {
        return items.stream().map(writer).toList();
    }

    private static Map<String, Object> object(Object... keysAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int at = 0; at < keysAndValues.length; at += 2) {
            object.put((String) keysAndValues[at], keysAndValues[at + 1]);
        }
        return object;
    }
}
