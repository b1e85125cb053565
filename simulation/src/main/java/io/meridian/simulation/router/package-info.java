/**
 * A region's router with its hold endpoint, and its edge: start at {@link io.meridian.simulation.router.SimRouter}. Views, maps, the feed lease and
 * what a question is answered are production's; the endpoint's and the script's order of steps is told again here.
 */
@NullMarked
package io.meridian.simulation.router;

import org.jspecify.annotations.NullMarked;
