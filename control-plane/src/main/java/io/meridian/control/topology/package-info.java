/**
 * Which topologies there were, and how two of them differ. Start at {@link io.meridian.control.topology.TopologyHistory}. Whether one may
 * follow another is decided in {@link io.meridian.control.assignment.TopologyDecider}. Pure.
 */
@NullMarked
package io.meridian.control.topology;

import org.jspecify.annotations.NullMarked;
