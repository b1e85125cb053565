package io.meridian.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;

/** The port plan: {@code base + region*100 + part}; region = place in the list of regions. ARCHITECTURE.md, "Ports". */
public record Ports(int base) {
    private static final FreePorts BLOCKS = new FreePorts();

    /** Listeners that a region has once. */
    public enum Part {
        POSTGRES(0),
        KAFKA(1),
        KAFKA_CONTROLLER(2),
        CONTROL_HTTP(10),
        CONTROL_FEED(11),
        CONTROL_RAFT(12),
        ROUTER_ADS(20),
        ROUTER_HOLD(21),
        ROUTER_HTTP(22),
        AGENT_HTTP(30),
        AGENT_PEER(34),
        ENVOY_EDGE(40),
        ENVOY_GATEWAY(41),
        ENVOY_ADMIN(42);

        private final int offset;

        Part(int offset) {
            this.offset = offset;
        }
    }

    /** What a link proxy carries, on a port for each. */
    public enum Carried {
        KAFKA(0),
        GATEWAY(1),
        RAFT(2),
        FEEDS(3),
        POSTGRES(4),
        /** What agents of the first store group ask each other; those of further groups have the ports behind it. */
        PEERS(5),
        PEERS_2(6),
        PEERS_3(7),
        PEERS_4(8);

        private static final int KINDS = 12;

        private final int offset;

        Carried(int offset) {
            this.offset = offset;
        }

        /** @param group place of the store group */
        public static Carried peers(int group) {
            return List.of(PEERS, PEERS_2, PEERS_3, PEERS_4).get(group);
        }
    }

    public int of(int region, Part part) {
        return base + region * 100 + part.offset;
    }

    /** @param group place of the agent's store group: each has an agent of its own */
    public int agent(int region, int group) {
        return of(region, Part.AGENT_HTTP) + group;
    }

    /** Where the agent of a store group is asked by other regions' agents. */
    public int peer(int region, int group) {
        return of(region, Part.AGENT_PEER) + group;
    }

    /** The broker's listener for clients of region {@code peer}, advertised at that region's link proxy. */
    public int kafkaFor(int region, int peer) {
        return base + region * 100 + 3 + peer;
    }

    /** @param place of the zone among the zones of its region */
    public int zone(int region, int place) {
        return base + region * 100 + 50 + place;
    }

    /** Where processes of region {@code from} reach region {@code to}. */
    public int link(int from, int to, Carried carried) {
        return base + from * 100 + 60 + to * Carried.KINDS + carried.offset;
    }

    public int linkControl() {
        return base + 99;
    }

    /**
     * A port of 127.0.0.1 that is free and that nobody else is given: not in this process, and not in another one that asks here too. Below the range
     * that outgoing connections take their ports from, for one of those would have it before the server is there.
     */
    public static int free() {
        return BLOCKS.next();
    }

    public static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
