/**
 * Our discovery services (ADS and one per type, delta and state of the world): what {@code compile} made goes to every Envoy of the
 * region, and what each accepted is written down. Start at {@link io.meridian.router.ads.AdsServer}; the protocol itself, without
 * gRPC, is {@link io.meridian.router.ads.XdsStream}, of one type {@link io.meridian.router.ads.Subscription}. One thread, named
 * {@code ads}, owns all of it.
 */
@NullMarked
package io.meridian.router.ads;

import org.jspecify.annotations.NullMarked;
