/**
 * The words of Meridian as types: shards, regions, zones, stores, and the specification that a user writes of them.
 * Start at {@link io.meridian.topology.Topology}. Pure: no framework, no IO, no clock.
 */
@NullMarked
package io.meridian.topology;

import org.jspecify.annotations.NullMarked;
