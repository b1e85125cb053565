/**
 * Who may do what: roles, local tokens, and what waits for a second person. Start at {@link io.meridian.control.access.Role}. Pure: that
 * somebody is who they say they are is found out by the REST layer, which then says so in {@code Command.Asked}.
 */
@NullMarked
package io.meridian.control.access;

import org.jspecify.annotations.NullMarked;
