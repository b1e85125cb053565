/**
 * One seed plays a history: moves, writes and faults in simulated time, in one thread, by the real rules of control plane, agents and routers; after
 * every event the invariants are checked. Start at {@link io.meridian.simulation.Simulation}; {@link io.meridian.simulation.World} is what there is.
 *
 * <p>Real are all decisions that production has as pure code, over the real messages. Modelled are PostgreSQL's transactions and the SQL of the fence
 * ({@code store}), Kafka, Raft as a log, Envoy as a map, and the order in which the shells do things ({@code agent}, {@code control}, {@code router}).
 */
@NullMarked
package io.meridian.simulation;

import org.jspecify.annotations.NullMarked;
