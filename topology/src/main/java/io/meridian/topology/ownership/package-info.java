/**
 * Who may write a shard, since which epoch, building on what: grants, withdrawals, bases, positions. PROTOCOL 3.
 * Start at {@link io.meridian.topology.ownership.Ownership}.
 */
@NullMarked
package io.meridian.topology.ownership;

import org.jspecify.annotations.NullMarked;
