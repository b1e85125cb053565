package io.meridian.agent.fence;

import io.meridian.topology.ownership.Ownership;
import java.util.Collection;

/** Told of what was committed to the fences, by whichever thread wrote it; must return at once. */
public interface FenceListener {
    void closed(Collection<FencePlan.Close> closed);

    /** Again and again, of what stays closed for its run: an agent that came after the CLOSE has not heard of it otherwise. */
    void stayClosed(Collection<FencePlan.Close> closed);

    void raised(Collection<FencePlan.Raise> raised);

    void opened(Collection<Ownership.Grant> opened);
}
