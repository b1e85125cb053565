/**
 * C zones whose answers fail get fewer reads: Envoys report what became of their requests (load reporting, LRS), the share of each zone
 * follows, its endpoints' weight with it. Start at {@link io.meridian.router.weights.LoadReports}; {@link io.meridian.router.weights.ZoneShare}
 * is the rule.
 */
@NullMarked
package io.meridian.router.weights;

import org.jspecify.annotations.NullMarked;
