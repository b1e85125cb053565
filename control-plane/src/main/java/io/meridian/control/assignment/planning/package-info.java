/**
 * Which zone serves which shard: residency, then capacity, then the fewest moves, then backup order, then balance, exactly in that order.
 * Start at {@link io.meridian.control.assignment.planning.AssignmentPlanner}. Knows nothing of states, runs or topologies. Pure.
 */
@NullMarked
package io.meridian.control.assignment.planning;

import org.jspecify.annotations.NullMarked;
