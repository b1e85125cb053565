/** Applying: its pure parts, and the transaction of a group against a store that fails. */
@NullMarked
package io.meridian.agent.apply;

import org.jspecify.annotations.NullMarked;
