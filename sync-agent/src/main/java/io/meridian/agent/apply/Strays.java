package io.meridian.agent.apply;

import io.meridian.agent.record.Decision;
import io.meridian.agent.record.Origin;
import io.meridian.agent.record.Orphan;
import io.meridian.agent.record.Revision;
import io.meridian.topology.ownership.Epoch;
import java.util.List;
import java.util.Map;

/**
 * What of a record is about writes outside their shard's lineage.
 *
 * @param found met here
 * @param told by another region that met them
 * @param decisions of owners, in the lineage
 * @param revisions what people made of decided ones; outside every lineage
 * @param reopened causes of decisions outside the lineage, with the epoch of the decision
 */
public record Strays(
        List<Orphan> found,
        List<Orphan> told,
        List<Decision> decisions,
        List<Revision> revisions,
        Map<Origin, Epoch> reopened) {
    static final Strays NONE = new Strays(List.of(), List.of(), List.of(), List.of(), Map.of());

    boolean isEmpty() {
        return found.isEmpty() && told.isEmpty() && decisions.isEmpty() && revisions.isEmpty() && reopened.isEmpty();
    }
}
