/** A shard's rows told once more by their owner. Start at {@link io.meridian.agent.repair.Repairer}. */
@NullMarked
package io.meridian.agent.repair;

import org.jspecify.annotations.NullMarked;
