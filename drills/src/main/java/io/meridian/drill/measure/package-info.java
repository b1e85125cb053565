/** What clients see meanwhile. Start at {@link io.meridian.drill.measure.EdgeProber}; {@link io.meridian.drill.measure.Outages} and {@link io.meridian.drill.measure.MarkerJudge} only compute. */
@NullMarked
package io.meridian.drill.measure;

import org.jspecify.annotations.NullMarked;
