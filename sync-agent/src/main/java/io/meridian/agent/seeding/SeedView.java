package io.meridian.agent.seeding;

import java.util.Optional;

/** What the control plane asks for. */
@FunctionalInterface
public interface SeedView {
    /** Nothing is known of what is asked for. */
    SeedView NONE = Optional::empty;

    /** All of it; empty: not heard since this process began, so nothing may be taken as over. */
    Optional<SeedOrders> orders();
}
