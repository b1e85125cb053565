package io.meridian.control.assignment.planning;

/**
 * How many shards of each class each zone has, and how many it may have. Objectives are met one after the other: each one first brings the
 * flow to its optimum, then leaves in place only what every optimum has in common (complementary slackness), so that the next one cannot
 * spoil it. So the order is exact, and costs need no weights against each other.
 *
 * <p>Optimal is a flow when no cycle of its residual graph has negative cost. Classes are left out of that graph: an edge from zone a to zone b
 * is the cheapest class that has a shard at a and may be at b.
 */
final class ZoneFlow {
    final int classes;
    final int zones;
    /** The node behind all zones: what comes to it from one zone and leaves to another changes how many they have. */
    final int sink;

    private final int words;
    final int[][] has;
    final int[] count;
    final int[] least;
    final int[] most;
    private final long[][] may;

    ZoneFlow(int classes, int zones) {
        this.classes = classes;
        this.zones = zones;
        sink = zones;
        words = (zones + 63) >>> 6;
        has = new int[classes][zones];
        count = new int[zones];
        least = new int[zones];
        most = new int[zones];
        may = new long[classes][words];
    }

    void allow(int shardClass, int zone) {
        may[shardClass][zone >>> 6] |= 1L << zone;
    }

    boolean mayBe(int shardClass, int zone) {
        return (may[shardClass][zone >>> 6] & 1L << zone) != 0;
    }

    void forbid(int zone) {
        for (long[] zonesOfClass : may) {
            zonesOfClass[zone >>> 6] &= ~(1L << zone);
        }
        most[zone] = 0;
    }

    void put(int shardClass, int zone, int shards) {
        has[shardClass][zone] += shards;
        count[zone] += shards;
    }

    /** The zones to which one shard of {@code zone} could be exchanged, directly. */
    long[] next(int zone) {
        long[] next = new long[words];
        for (int c = 0; c < classes; c++) {
            if (has[c][zone] > 0) {
                for (int w = 0; w < words; w++) {
                    next[w] |= may[c][w];
                }
            }
        }
        return next;
    }

    /** The class with the most shards at {@code from} that may be at {@code to}. */
    int carrier(int from, int to) {
        int best = -1;
        for (int c = 0; c < classes; c++) {
            if (has[c][from] > 0 && mayBe(c, to) && (best < 0 || has[c][from] > has[best][from])) {
                best = c;
            }
        }
        return best;
    }

    void carry(int shardClass, int from, int to, int shards) {
        put(shardClass, from, -shards);
        put(shardClass, to, shards);
    }

    /** A class may from now on be only where the optimum just found can have it. */
    void tighten(int[][] costs, long[] distances) {
        for (int c = 0; c < classes; c++) {
            long least = Long.MAX_VALUE;
            for (int zone = 0; zone < zones; zone++) {
                if (mayBe(c, zone)) {
                    least = Math.min(least, costs[c][zone] - distances[zone]);
                }
            }
            for (int zone = 0; zone < zones; zone++) {
                if (mayBe(c, zone) && costs[c][zone] - distances[zone] > least) {
                    if (has[c][zone] > 0) {
                        throw new IllegalStateException(
                                "class " + c + " is at zone " + zone + ", which is not optimal");
                    }
                    may[c][zone >>> 6] &= ~(1L << zone);
                }
            }
        }
    }
}
