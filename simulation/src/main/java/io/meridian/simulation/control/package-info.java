/**
 * The control plane without its network: one log, decided by the real rules, a replica of it per region that lags behind, and what a node does
 * with the agents and routers attached to it. Start at {@link io.meridian.simulation.control.ControlLog}. Raft itself is not simulated: a command
 * is in the log once, or not at all, or (a client that asks again) twice; a crash loses what was on its way.
 */
@NullMarked
package io.meridian.simulation.control;

import org.jspecify.annotations.NullMarked;
