/**
 * Our aggregated discovery service (ADS, delta): what {@code compile} made goes to every Envoy of the region, and what each accepted
 * is written down. Start at {@link io.meridian.router.ads.AdsServer}; the protocol itself, without gRPC, is
 * {@link io.meridian.router.ads.DeltaStream}. One thread, named {@code ads}, owns all of it.
 */
@NullMarked
package io.meridian.router.ads;

import org.jspecify.annotations.NullMarked;
