package io.meridian.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** The port plan: {@code base + region*100 + part}; region = place in the list of regions. ARCHITECTURE.md, "Ports". */
public record Ports(int base) {
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
        POSTGRES(4);

        private final int offset;

        Carried(int offset) {
            this.offset = offset;
        }
    }

    public int of(int region, Part part) {
        return base + region * 100 + part.offset;
    }

    /** @param group place of the agent's store group: each has an agent of its own */
    public int agent(int region, int group) {
        return of(region, Part.AGENT_HTTP) + group;
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
        return base + from * 100 + 60 + to * 8 + carried.offset;
    }

    public int linkControl() {
        return base + 99;
    }

    /** A port of 127.0.0.1 that was free a moment ago; below the range that outgoing connections take their ports from when that is possible. */
    public static int free() throws IOException {
        for (int attempt = 0; attempt < 50; attempt++) {
            int candidate = java.util.concurrent.ThreadLocalRandom.current().nextInt(25_000, 32_000);
            if (isFree(candidate)) {
                return candidate;
            }
        }
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
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
