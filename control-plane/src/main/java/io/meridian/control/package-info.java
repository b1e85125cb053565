/** A node of the control plane: replicated state, planner, switch machine, feeds, HTTP API. Start at {@link io.meridian.control.ControlPlane}. */
@NullMarked
package io.meridian.control;

import org.jspecify.annotations.NullMarked;
