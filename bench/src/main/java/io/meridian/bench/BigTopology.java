package io.meridian.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Topologies to measure with, as documents of the API. */
final class BigTopology {
    /** As many as one route map can hold. */
    static final int ZONES = 80;

    static final String GROUP = "main";

    private static final ObjectMapper JSON = new ObjectMapper();

    private BigTopology() {}

    /** Two that differ in one limit, in turn: 1,024 shards in two regions. */
    static List<Commands.Asked> small() {
        return List.of(declared(of(1024, 2, 31)), declared(of(1024, 2, 32)));
    }

    /** The first {@link #ZONES} regions have a zone each, and gateways to each other. */
    static Commands.Asked with(int shards, int regions) {
        return declared(of(shards, regions, 32));
    }

    private static Commands.Asked declared(ObjectNode topology) {
        return new Commands.Asked("PUT", "/api/v1/topology", topology.toString());
    }

    private static ObjectNode of(int shards, int regions, int wave) {
        ObjectNode topology = JSON.createObjectNode().put("name", "bench").put("shards", shards);
        ArrayNode declared = topology.putArray("regions");
        for (int region = 0; region < regions; region++) {
            declared.addObject().put("name", region(region)).put("city", "city" + region / 2);
        }
        topology.putArray("storeGroups").addObject().put("name", GROUP).put("partitions", 16);
        ArrayNode zones = topology.putArray("zones");
        ArrayNode gateways = topology.putArray("gateways");
        int zoned = Math.min(regions, ZONES);
        for (int region = 0; region < zoned; region++) {
            zones.addObject()
                    .put("name", region(region) + "-1")
                    .put("region", region(region))
                    .put("weight", 1)
                    .putArray("endpoints")
                    .add("127.0.0.1:1");
            for (int to = 0; to < zoned; to++) {
                if (to != region) {
                    gateways.addObject()
                            .put("from", region(region))
                            .put("to", region(to))
                            .put("address", "127.0.0.1:2");
                }
            }
        }
        topology.putArray("services")
                .addObject()
                .put("name", "ledger")
                .putArray("keys")
                .add("header:x-user-key");
        topology.putArray("tables")
                .addObject()
                .put("name", "public.account")
                .put("shardingColumn", "user_key")
                .put("storeGroup", GROUP);
        topology.putObject("limits").put("wave", wave);
        return topology;
    }

    /** Its name. */
    static String region(int number) {
        return "r" + number;
    }
}
