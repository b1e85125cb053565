package io.meridian.control.cluster;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is replicated of the control plane's own nodes. Who votes is not in here but in the log's own configuration.
 *
 * @param supports newest logic version that each node said it knows, by its id
 * @param asked changes of the voters that people asked for, oldest first, at most {@link #ASKED_KEPT}; whether they came about, the voters tell
 */
public record Cluster(SortedMap<String, Integer> supports, List<Asked> asked) {
    static final int ASKED_KEPT = 20;

    /** @param what such as {@code replace voter east by east-2 at host:port} */
    public record Asked(String what, Instant at) {}

    public Cluster {
        supports = Collections.unmodifiableSortedMap(new TreeMap<>((Map<String, Integer>) supports));
        asked = List.copyOf(asked);
    }

    public static Cluster none() {
        return new Cluster(new TreeMap<>(), List.of());
    }

    public Cluster supporting(String node, int version) {
        var next = new TreeMap<String, Integer>((Map<String, Integer>) supports);
        next.put(node, version);
        return new Cluster(next, asked);
    }

    public Cluster asked(String what, Instant at) {
        var next = new ArrayList<>(asked);
        next.add(new Asked(what, at));
        return new Cluster(supports, next.subList(Math.max(0, next.size() - ASKED_KEPT), next.size()));
    }
}
