/**
 * {@code ./meridian drill}: a fault or an evacuation on purpose, on the very path of a real switch, and what clients saw of it. Start at
 * {@link io.meridian.drill.Drill}; what it does to the regions is in {@code injection}, what it measures in {@code measure}, what it writes in
 * {@code report}.
 */
@NullMarked
package io.meridian.drill;

import org.jspecify.annotations.NullMarked;
