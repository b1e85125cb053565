/**
 * What is known of drills: what may be drilled, what was asked for, what became of it. Whoever breaks and mends things is a runner, outside; it tells how far
 * it is. Start at {@link io.meridian.control.drilling.DrillDecider}. Pure.
 */
@NullMarked
package io.meridian.control.drilling;

import org.jspecify.annotations.NullMarked;
