/**
 * What the control plane knows, replicated: topology, ownership, placement, sessions, runs. Start at
 * {@link io.meridian.control.state.ControlState}; only {@link io.meridian.control.state.EventApplier} makes a new one. Pure.
 */
@NullMarked
package io.meridian.control.state;

import org.jspecify.annotations.NullMarked;
