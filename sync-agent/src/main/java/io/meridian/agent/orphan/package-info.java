/**
 * Writes that lost their place when a region was lost: kept, told to all regions, and decided by their shard's owner. PROTOCOL 7. Start at
 * {@link io.meridian.agent.orphan.OrphanRows}.
 */
@NullMarked
package io.meridian.agent.orphan;

import org.jspecify.annotations.NullMarked;
