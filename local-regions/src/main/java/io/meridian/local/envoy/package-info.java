/** A real Envoy with the bootstrap of the reference configuration. Start at {@link io.meridian.local.envoy.EnvoyProcess}. */
@NullMarked
package io.meridian.local.envoy;

import org.jspecify.annotations.NullMarked;
