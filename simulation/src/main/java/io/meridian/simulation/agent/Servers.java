package io.meridian.simulation.agent;

import io.meridian.simulation.control.ControlNode;
import java.util.List;

/** {@code FeedServers}: the nodes, the own region's first, and which of them is talked to now. */
public final class Servers {
    private final List<ControlNode> nodes;
    private int current;

    public Servers(List<ControlNode> nodes) {
        this.nodes = nodes;
    }

    public ControlNode current() {
        return skipping(0);
    }

    public ControlNode skipping(int others) {
        return nodes.get((current + others) % nodes.size());
    }

    public void next() {
        current = (current + 1) % nodes.size();
    }
}
