/**
 * A region's sync agent as steps in simulated time: start at {@link io.meridian.simulation.agent.SimAgent}. What it decides is production's; in
 * which order it does things, and what a crash leaves of it, is told again here, class by class under the names of the shells ({@code FenceLoop},
 * {@code LeaseKeeper}, {@code CaptureWork}, {@code CopyPuller}, {@code PartitionApplier}, {@code Reporter}), without threads.
 */
@NullMarked
package io.meridian.simulation.agent;

import org.jspecify.annotations.NullMarked;
