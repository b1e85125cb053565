/**
 * What follows when a region looks lost to the others and nobody has asked for anything: it is recommended to fail it over, or that is done. Start
 * at {@link io.meridian.control.automatic.LossWatch}, which counts, and {@link io.meridian.control.automatic.Holds}, which brakes. Pure; the
 * leader's thread is {@code clock.FailoverAdviser}.
 */
@NullMarked
package io.meridian.control.automatic;

import org.jspecify.annotations.NullMarked;
