/**
 * Shards that a region's store gets anew from their owners: a region that is new, a copy that is broken. Start at
 * {@link io.meridian.control.seeding.SeedingSteps}. Pure.
 */
@NullMarked
package io.meridian.control.seeding;

import org.jspecify.annotations.NullMarked;
