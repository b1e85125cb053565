package io.meridian.control.assignment.planning;

import java.util.Arrays;

/** A small dense graph whose edges keep the cheapest of what is put on them; finds cycles of negative cost (Bellman and Ford). */
final class ResidualGraph {
    private static final long NO_EDGE = Long.MAX_VALUE;

    private final int nodes;
    private final long[][] cost;
    private final int[][] carrier;
    private final long[] distance;
    private final int[] before;

    ResidualGraph(int nodes) {
        this.nodes = nodes;
        cost = new long[nodes][nodes];
        carrier = new int[nodes][nodes];
        distance = new long[nodes];
        before = new int[nodes];
        for (int node = 0; node < nodes; node++) {
            clear(node);
        }
    }

    /** Takes all edges that leave {@code from} away. */
    void clear(int from) {
        Arrays.fill(cost[from], NO_EDGE);
    }

    void edge(int from, int to, long price, int by) {
        if (price < cost[from][to]) {
            cost[from][to] = price;
            carrier[from][to] = by;
        }
    }

    int carrier(int from, int to) {
        return carrier[from][to];
    }

    /** @return nodes in order, each once; empty: there is none, and the distances are right */
    int[] negativeCycle() {
        Arrays.fill(distance, 0);
        Arrays.fill(before, -1);
        int relaxed = -1;
        for (int round = 0; round <= nodes; round++) {
            relaxed = -1;
            for (int from = 0; from < nodes; from++) {
                for (int to = 0; to < nodes; to++) {
                    if (cost[from][to] != NO_EDGE && distance[from] + cost[from][to] < distance[to]) {
                        distance[to] = distance[from] + cost[from][to];
                        before[to] = from;
                        relaxed = to;
                    }
                }
            }
            if (relaxed < 0) {
                return new int[0];
            }
            int[] cycle = cycle();
            if (cycle.length > 0) {
                return cycle;
            }
        }
        throw new IllegalStateException("distances fall for ever, and there is no cycle");
    }

    /** A circle of predecessors, which is always of negative cost. */
    private int[] cycle() {
        int[] seenIn = new int[nodes];
        for (int start = 0; start < nodes; start++) {
            int node = start;
            while (node >= 0 && seenIn[node] == 0) {
                seenIn[node] = start + 1;
                node = before[node];
            }
            if (node >= 0 && seenIn[node] == start + 1) {
                return from(node);
            }
        }
        return new int[0];
    }

    private int[] from(int node) {
        int length = 1;
        for (int at = before[node]; at != node; at = before[at]) {
            length++;
        }
        int[] cycle = new int[length];
        int at = node;
        for (int i = length - 1; i >= 0; i--) {
            cycle[i] = at;
            at = before[at];
        }
        return cycle;
    }

    /** From a node with a free edge to every other one; right when there is no negative cycle. */
    long distance(int node) {
        return distance[node];
    }

    long[] distances() {
        return distance;
    }
}
