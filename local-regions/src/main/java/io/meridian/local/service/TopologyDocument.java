package io.meridian.local.service;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.meridian.local.Checkout;
import io.meridian.local.Ports;
import io.meridian.local.instance.Layout;
import io.meridian.local.instance.StoreGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The topology that {@code up} declares: the instance's regions, zones and gateways, and what the ledger says of itself. */
public final class TopologyDocument {
    private static final int PARTITIONS = 4;
    /** Of a region: the zones of a region share it, so that each region serves about as much as any other. */
    private static final int WEIGHT = 100;

    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER));

    private TopologyDocument() {}

    public static String render(Layout layout) throws IOException {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", "local");
        document.put("shards", Layout.SHARDS);
        document.put(
                "regions",
                layout.regions().stream()
                        .map(region -> Map.<String, Object>of(
                                "name",
                                region,
                                "city",
                                layout.city(region),
                                "number",
                                layout.regions().indexOf(region)))
                        .toList());
        document.put(
                "storeGroups",
                layout.groups().stream().map(TopologyDocument::group).toList());
        document.put("zones", zones(layout));
        Path part = Checkout.root().resolve("examples/ledger/topology-part.yaml");
        Map<String, Object> ledger = YAML.readValue(part.toFile(), new TypeReference<>() {});
        document.putAll(ledger);
        document.put("gateways", gateways(layout));
        return YAML.writeValueAsString(document);
    }

    private static Map<String, Object> group(StoreGroup group) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", group.name());
        entry.put("partitions", PARTITIONS);
        entry.put("shards", group.range());
        return entry;
    }

    private static List<Map<String, Object>> zones(Layout layout) {
        List<Map<String, Object>> zones = new ArrayList<>();
        for (String region : layout.regions()) {
            Map<String, String> addresses = layout.zones(region);
            addresses.forEach((zone, address) -> {
                Map<String, Object> entry = new LinkedHashMap<>();
                entry.put("name", zone);
                entry.put("region", region);
                entry.put("weight", WEIGHT / addresses.size());
                entry.put("endpoints", List.of(address));
                zones.add(entry);
            });
        }
        return zones;
    }

    private static List<Map<String, Object>> gateways(Layout layout) {
        List<Map<String, Object>> gateways = new ArrayList<>();
        for (String from : layout.regions()) {
            for (String to : layout.regions()) {
                if (!from.equals(to)) {
                    Map<String, Object> entry = new LinkedHashMap<>();
                    entry.put("from", from);
                    entry.put("to", to);
                    entry.put("address", layout.address(from, to, Ports.Part.ENVOY_GATEWAY, Ports.Carried.GATEWAY));
                    gateways.add(entry);
                }
            }
        }
        return gateways;
    }
}
