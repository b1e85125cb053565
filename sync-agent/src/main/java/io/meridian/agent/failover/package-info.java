/**
 * What a store does when the owner of shards is lost, and when it comes back: gathering, the cut, alignment. PROTOCOL 6. Start at
 * {@link io.meridian.agent.failover.LossOrders}.
 */
@NullMarked
package io.meridian.agent.failover;

import org.jspecify.annotations.NullMarked;
