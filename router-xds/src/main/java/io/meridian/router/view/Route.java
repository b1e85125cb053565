package io.meridian.router.view;

import io.meridian.topology.ZoneId;
import io.meridian.topology.ownership.Epoch;

/** Where requests of one shard go. */
public sealed interface Route {
    Unowned UNOWNED = new Unowned();

    /** To {@code zone}, which may refuse when it knows better. */
    record Owned(ZoneId zone, Epoch epoch) implements Route {}

    /** Nowhere until the run is through: requests wait. */
    record Frozen(String run, Epoch epoch) implements Route {}

    /** Nobody has ever owned the shard. */
    record Unowned() implements Route {}
}
