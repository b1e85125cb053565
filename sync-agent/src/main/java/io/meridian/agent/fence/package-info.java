/**
 * Makes this store's fences what the control plane says: closes, raises, opens. Start at {@link io.meridian.agent.fence.FencePlanner}, which
 * decides what to write; {@link io.meridian.agent.fence.FenceWriter} writes it, and {@link io.meridian.agent.fence.OpeningRule} decides again
 * inside the opening transaction. PROTOCOL 1 and 3; invariant 1.
 */
@NullMarked
package io.meridian.agent.fence;

import org.jspecify.annotations.NullMarked;
