package io.meridian.control.assignment.planning;

import java.util.Arrays;

/** Brings a sum of costs per shard to its least, by turning cycles of negative cost until there is none. */
final class LeastCost {
    /** Of one shard of a class in a zone. */
    interface Cost {
        int of(int shardClass, int zone);
    }

    private final ZoneFlow flow;
    private final int[][] costs;
    private final ResidualGraph graph;

    LeastCost(ZoneFlow flow, Cost cost) {
        this.flow = flow;
        costs = new int[flow.classes][flow.zones];
        for (int c = 0; c < flow.classes; c++) {
            for (int zone = 0; zone < flow.zones; zone++) {
                costs[c][zone] = cost.of(c, zone);
            }
        }
        graph = new ResidualGraph(flow.zones + 1);
    }

    LeastCost reach() {
        for (int node = 0; node <= flow.zones; node++) {
            draw(node);
        }
        for (int[] cycle = graph.negativeCycle(); cycle.length > 0; cycle = graph.negativeCycle()) {
            turn(cycle);
            for (int node : cycle) {
                draw(node);
            }
            draw(flow.sink);
        }
        return this;
    }

    /** Leaves only what every optimum has in common; after {@link #reach}. */
    void keep() {
        flow.tighten(costs, graph.distances());
        for (int zone = 0; zone < flow.zones; zone++) {
            if (graph.distance(zone) > graph.distance(flow.sink)) {
                flow.most[zone] = flow.least[zone];
            } else if (graph.distance(zone) < graph.distance(flow.sink)) {
                flow.least[zone] = flow.most[zone];
            }
        }
    }

    /** The edges that leave {@code node}: a turn changes only those of the nodes that it passes. */
    private void draw(int node) {
        graph.clear(node);
        if (node == flow.sink) {
            for (int zone = 0; zone < flow.zones; zone++) {
                if (flow.count[zone] > flow.least[zone]) {
                    graph.edge(flow.sink, zone, 0, -1);
                }
            }
            return;
        }
        for (int c = 0; c < flow.classes; c++) {
            if (flow.has[c][node] > 0) {
                edges(c, node);
            }
        }
        if (flow.count[node] < flow.most[node]) {
            graph.edge(node, flow.sink, 0, -1);
        }
    }

    private void edges(int shardClass, int from) {
        for (int to = 0; to < flow.zones; to++) {
            if (to != from && flow.mayBe(shardClass, to)) {
                graph.edge(from, to, costs[shardClass][to] - costs[shardClass][from], shardClass);
            }
        }
    }

    /** @param cycle nodes in order; from the last it goes to the first */
    private void turn(int[] cycle) {
        int shards = Integer.MAX_VALUE;
        for (int i = 0; i < cycle.length; i++) {
            shards = Math.min(shards, room(cycle[i], cycle[(i + 1) % cycle.length]));
        }
        if (shards <= 0) {
            throw new IllegalStateException("a cycle without room: " + Arrays.toString(cycle));
        }
        for (int i = 0; i < cycle.length; i++) {
            int from = cycle[i];
            int to = cycle[(i + 1) % cycle.length];
            if (from != flow.sink && to != flow.sink) {
                flow.carry(graph.carrier(from, to), from, to, shards);
            }
        }
    }

    private int room(int from, int to) {
        if (to == flow.sink) {
            return flow.most[from] - flow.count[from];
        }
        return from == flow.sink ? flow.count[to] - flow.least[to] : flow.has[graph.carrier(from, to)][from];
    }
}
