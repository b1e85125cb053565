package io.meridian.local.link;

import io.meridian.local.Ports;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** Everything that processes of one region open towards another: one forwarded port per kind of traffic. */
final class Link implements AutoCloseable {
    private final Map<Ports.Carried, ForwardedPort> ports = new EnumMap<>(Ports.Carried.class);

    Link(Ports plan, int from, int to) throws IOException {
        for (Ports.Carried carried : Ports.Carried.values()) {
            int target = switch (carried) {
                case KAFKA -> plan.kafkaFor(to, from);
                case GATEWAY -> plan.of(to, Ports.Part.ENVOY_GATEWAY);
                case RAFT -> plan.of(to, Ports.Part.CONTROL_RAFT);
                case FEEDS -> plan.of(to, Ports.Part.CONTROL_FEED);
                case POSTGRES -> plan.of(to, Ports.Part.POSTGRES);
                case PEERS -> plan.peer(to, 0);
                case PEERS_2 -> plan.peer(to, 1);
                case PEERS_3 -> plan.peer(to, 2);
                case PEERS_4 -> plan.peer(to, 3);
            };
            ports.put(carried, new ForwardedPort(plan.link(from, to, carried), target));
        }
    }

    Map<Ports.Carried, LinkState> states() {
        Map<Ports.Carried, LinkState> states = new EnumMap<>(Ports.Carried.class);
        ports.forEach((carried, port) -> states.put(carried, port.state()));
        return states;
    }

    int connections() {
        return ports.values().stream().mapToInt(ForwardedPort::connections).sum();
    }

    void set(LinkState wanted, Set<Ports.Carried> which) throws IOException {
        for (Ports.Carried carried : which) {
            ForwardedPort port = ports.get(carried);
            if (port != null) {
                port.set(wanted);
            }
        }
    }

    @Override
    public void close() throws IOException {
        set(LinkState.DOWN, ports.keySet());
    }
}
