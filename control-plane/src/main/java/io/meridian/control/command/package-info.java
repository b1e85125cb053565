/**
 * What may be asked of the control plane, and what becomes of it. Start at {@link io.meridian.control.command.Command};
 * {@link io.meridian.control.command.Decider} answers it. Pure; {@link io.meridian.control.command.CommandPort} is where the log comes in.
 */
@NullMarked
package io.meridian.control.command;

import org.jspecify.annotations.NullMarked;
