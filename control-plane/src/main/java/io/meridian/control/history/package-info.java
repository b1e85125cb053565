/**
 * What the replicated state forgets, kept in a file per day by each node for itself. Start at {@link io.meridian.control.history.DayFiles}.
 * Files hold what was applied, one line each, and may be deleted by whoever needs the space: nothing else depends on them.
 */
@NullMarked
package io.meridian.control.history;

import org.jspecify.annotations.NullMarked;
