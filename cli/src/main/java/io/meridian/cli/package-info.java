/**
 * The command line. Start at {@link io.meridian.cli.Cli}; each command is a class that asks {@link io.meridian.cli.api.ControlApi} and
 * prints. It decides nothing: whatever is refused, the control plane refuses.
 */
@NullMarked
package io.meridian.cli;

import org.jspecify.annotations.NullMarked;
