/**
 * What people decide of changes that wait in a store: that one is never to take effect there, or is to be tried now. Start at
 * {@link io.meridian.control.parking.ParkedDecider}. Pure.
 */
@NullMarked
package io.meridian.control.parking;

import org.jspecify.annotations.NullMarked;
