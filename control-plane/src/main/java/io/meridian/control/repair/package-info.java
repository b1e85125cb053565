/**
 * Rows that a shard's owner writes into its stream once more, so that every copy has them as the owner has. Start at
 * {@link io.meridian.control.repair.RepairDecider}. Pure.
 */
@NullMarked
package io.meridian.control.repair;

import org.jspecify.annotations.NullMarked;
