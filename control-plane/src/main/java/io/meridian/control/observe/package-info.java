/**
 * What a node lets be seen of itself while it works: metrics, log lines of runs, traces. Start at {@link io.meridian.control.observe.Observing}.
 * All of it looks at states from outside; nothing that decides knows that it is looked at.
 */
@NullMarked
package io.meridian.control.observe;

import org.jspecify.annotations.NullMarked;
