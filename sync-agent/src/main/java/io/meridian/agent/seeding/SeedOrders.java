package io.meridian.agent.seeding;

import java.util.List;

/**
 * All that the control plane asks for.
 *
 * @param unseeded this store is new beside others and has no copies of all yet: a shard that nothing was applied of will be taken anew
 */
public record SeedOrders(List<SeedOrder> attempts, boolean unseeded) {
    public static final SeedOrders NONE = of(List.of());

    /** In a store that has copies, good or bad. */
    public static SeedOrders of(List<SeedOrder> attempts) {
        return new SeedOrders(attempts, false);
    }
}
