/**
 * From a routing view to Envoy's resources. Pure, sorted, and versioned by content, so that equal input gives equal bytes in every
 * process. Start at {@link io.meridian.router.compile.RouteCompiler}; how they reach Envoy is the business of {@code ads}.
 */
@NullMarked
package io.meridian.router.compile;

import org.jspecify.annotations.NullMarked;
