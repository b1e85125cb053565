package io.meridian.control.topology;

import io.meridian.control.state.DeclaredTopology;
import io.meridian.control.state.Revision;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.Topology;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The newest topologies that were declared, the one that holds now among them.
 *
 * @param entries oldest first, at most {@link #KEPT}
 */
public record TopologyHistory(List<Entry> entries) {
    public static final int KEPT = 50;

    /**
     * @param at the revision that brought it
     * @param declared when; empty: by a version that did not write that down
     */
    public record Entry(Revision at, Optional<Instant> declared, Topology topology) {}

    public TopologyHistory {
        entries = List.copyOf(entries);
    }

    public static TopologyHistory empty() {
        return new TopologyHistory(List.of());
    }

    public Optional<Entry> find(Revision at) {
        return entries.stream().filter(entry -> entry.at().equals(at)).findFirst();
    }

    /** What to say of a revision that no topology came with. */
    public static Problem unknown(Revision at) {
        return Problem.of(
                ProblemType.UNKNOWN_REVISION,
                "no topology was declared at revision " + at + ", or it is not among the newest " + KEPT
                        + "; GET /api/v1/topology/revisions lists those that are kept");
    }

    /** A topology that was declared by a version that kept no history is added to it. */
    public TopologyHistory including(Optional<DeclaredTopology> held) {
        return held.filter(now -> find(now.at()).isEmpty())
                .map(now -> with(new Entry(now.at(), Optional.empty(), now.topology())))
                .orElse(this);
    }

    public TopologyHistory with(Entry next) {
        var all = new ArrayList<>(entries);
        all.add(next);
        return new TopologyHistory(all.subList(Math.max(0, all.size() - KEPT), all.size()));
    }
}
