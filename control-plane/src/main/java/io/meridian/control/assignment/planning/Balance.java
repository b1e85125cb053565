package io.meridian.control.assignment.planning;

/**
 * Brings the zones' counts as near to their weights as the flow allows: to the least sum of count² / weight. That sum grows the faster the
 * fuller a zone is, so it is least when no shard can be exchanged, directly or by way of other zones, from one zone to another that is filled
 * less for its weight.
 */
final class Balance {
    /** 2 * count / weight is a whole number in these units for weights up to 10, and near enough for others. */
    static final long UNIT = 2520;

    /** More than any zone with a weight is ever filled: a zone without one is emptied first. */
    private static final long WITHOUT_WEIGHT = 1L << 50;

    private final ZoneFlow flow;
    private final int[] weights;

    Balance(ZoneFlow flow, int[] weights) {
        this.flow = flow;
        this.weights = weights;
    }

    /** By how much the sum grows when a zone that has {@code count} shards gets one more. */
    static long growth(int weight, int count) {
        long odd = 2L * count + 1;
        return weight == 0 ? WITHOUT_WEIGHT + odd * UNIT : odd * UNIT / weight;
    }

    private long growth(int zone, int count, int more) {
        return growth(weights[zone], count + more);
    }

    void reach() {
        long[][] next = new long[flow.zones][];
        for (int zone = 0; zone < flow.zones; zone++) {
            next[zone] = flow.next(zone);
        }
        while (exchange(next)) {
            // until nothing gets better
        }
    }

    /** The fullest zone that can give a shard away for the better gives as many as make it better, to the emptiest that it reaches. */
    private boolean exchange(long[][] next) {
        boolean[] tried = new boolean[flow.zones];
        for (int tries = 0; tries < flow.zones; tries++) {
            int giver = fullest(tried);
            if (giver < 0) {
                return false;
            }
            tried[giver] = true;
            int[] before = reached(giver, next);
            int taker = emptiest(giver, before);
            if (taker >= 0) {
                carry(giver, taker, before, next);
                return true;
            }
        }
        return false;
    }

    private int fullest(boolean[] tried) {
        int fullest = -1;
        for (int zone = 0; zone < flow.zones; zone++) {
            if (!tried[zone]
                    && flow.count[zone] > flow.least[zone]
                    && (fullest < 0 || growth(zone, flow.count[zone], -1) > growth(fullest, flow.count[fullest], -1))) {
                fullest = zone;
            }
        }
        return fullest;
    }

    /** @return per zone: from which one it is reached first; -1: not at all */
    private int[] reached(int giver, long[][] next) {
        int[] before = new int[flow.zones];
        java.util.Arrays.fill(before, -1);
        before[giver] = giver;
        int[] queue = new int[flow.zones];
        queue[0] = giver;
        for (int read = 0, written = 1; read < written; read++) {
            int zone = queue[read];
            for (int word = 0; word < next[zone].length; word++) {
                for (long left = next[zone][word]; left != 0; left &= left - 1) {
                    int to = (word << 6) + Long.numberOfTrailingZeros(left);
                    if (before[to] < 0) {
                        before[to] = zone;
                        queue[written++] = to;
                    }
                }
            }
        }
        return before;
    }

    private int emptiest(int giver, int[] before) {
        int emptiest = -1;
        long gives = growth(giver, flow.count[giver], -1);
        for (int zone = 0; zone < flow.zones; zone++) {
            if (zone != giver && before[zone] >= 0 && flow.count[zone] < flow.most[zone]) {
                long takes = growth(zone, flow.count[zone], 0);
                if (takes < gives && (emptiest < 0 || takes < growth(emptiest, flow.count[emptiest], 0))) {
                    emptiest = zone;
                }
            }
        }
        return emptiest;
    }

    private void carry(int giver, int taker, int[] before, long[][] next) {
        int shards = Math.min(flow.count[giver] - flow.least[giver], flow.most[taker] - flow.count[taker]);
        for (int to = taker; to != giver; to = before[to]) {
            shards = Math.min(shards, flow.has[flow.carrier(before[to], to)][before[to]]);
        }
        shards = better(giver, taker, shards);
        for (int to = taker; to != giver; to = before[to]) {
            flow.carry(flow.carrier(before[to], to), before[to], to, shards);
        }
        for (int to = taker; ; to = before[to]) {
            next[to] = flow.next(to);
            if (to == giver) {
                break;
            }
        }
    }

    /** How many of {@code limit} shards, at least one, make it better, each of them. */
    private int better(int giver, int taker, int limit) {
        int good = 1;
        int beyond = limit + 1;
        while (beyond - good > 1) {
            int middle = (good + beyond) >>> 1;
            if (growth(taker, flow.count[taker], middle - 1) < growth(giver, flow.count[giver], -middle)) {
                good = middle;
            } else {
                beyond = middle;
            }
        }
        return good;
    }

    /** Leaves only what every best balance has in common: each zone's count, or that and its neighbour when both are as good. */
    void keep() {
        var graph = new ResidualGraph(flow.zones + 1);
        for (int from = 0; from < flow.zones; from++) {
            for (int c = 0; c < flow.classes; c++) {
                for (int to = 0; flow.has[c][from] > 0 && to < flow.zones; to++) {
                    if (to != from && flow.mayBe(c, to)) {
                        graph.edge(from, to, 0, c);
                    }
                }
            }
            if (flow.count[from] < flow.most[from]) {
                graph.edge(from, flow.sink, growth(from, flow.count[from], 0), -1);
            }
            if (flow.count[from] > flow.least[from]) {
                graph.edge(flow.sink, from, -growth(from, flow.count[from], -1), -1);
            }
        }
        if (graph.negativeCycle().length > 0) {
            throw new IllegalStateException("the balance can still be better");
        }
        flow.tighten(new int[flow.classes][flow.zones], graph.distances());
        for (int zone = 0; zone < flow.zones; zone++) {
            long apart = graph.distance(flow.sink) - graph.distance(zone);
            boolean more = flow.count[zone] < flow.most[zone] && growth(zone, flow.count[zone], 0) == apart;
            boolean less = flow.count[zone] > flow.least[zone] && growth(zone, flow.count[zone], -1) == apart;
            flow.most[zone] = flow.count[zone] + (more ? 1 : 0);
            flow.least[zone] = flow.count[zone] - (less ? 1 : 0);
        }
    }
}
