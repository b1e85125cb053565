/**
 * Declaring a topology: the first gives every shard to a zone, later ones change what may still change.
 * Start at {@link io.meridian.control.assignment.TopologyDecider}. Pure.
 */
@NullMarked
package io.meridian.control.assignment;

import org.jspecify.annotations.NullMarked;
