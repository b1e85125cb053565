/**
 * Puts the fence into a store: schema {@code meridian}, triggers, publication, slot, the agent's role; refuses, with the cure, what the
 * fence could not guard (PROTOCOL 8). Start at {@link io.meridian.agent.install.Installer}; the SQL is in {@code resources/meridian}.
 */
@NullMarked
package io.meridian.agent.install;

import org.jspecify.annotations.NullMarked;
