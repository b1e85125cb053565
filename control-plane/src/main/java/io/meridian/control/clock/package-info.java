/** What only time can say: deadlines of runs, sessions that fell silent. Start at {@link io.meridian.control.clock.LeaderClock}. */
@NullMarked
package io.meridian.control.clock;

import org.jspecify.annotations.NullMarked;
