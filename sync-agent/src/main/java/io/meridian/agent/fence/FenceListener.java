package io.meridian.agent.fence;

import io.meridian.topology.ownership.Ownership;
import java.util.Collection;

/** Told of what was committed to the fences, by whichever thread wrote it; must return at once. */
public interface FenceListener {
    void closed(Collection<FencePlan.Close> closed);

    void raised(Collection<FencePlan.Raise> raised);

    void opened(Collection<Ownership.Grant> opened);
}
