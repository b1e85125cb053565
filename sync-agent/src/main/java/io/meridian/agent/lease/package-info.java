/**
 * The region's permission to use its grants: asked for every two seconds, written only once every fence has reached its newest withdrawal. Start at
 * {@link io.meridian.agent.lease.LeaseKeeper}. PROTOCOL 2; invariant 1.
 */
@NullMarked
package io.meridian.agent.lease;

import org.jspecify.annotations.NullMarked;
