/**
 * What people decide of an orphan that was decided before: that its write takes effect after all, or that the row goes back to what the owner had.
 * Start at {@link io.meridian.control.revising.RevisionDecider}. Pure.
 */
@NullMarked
package io.meridian.control.revising;

import org.jspecify.annotations.NullMarked;
