/**
 * What must never happen, whatever fails: start at {@link io.meridian.simulation.judge.Invariant}. {@link io.meridian.simulation.judge.Truth} is
 * the ledger of what was really written, in the one order that every region has to come to.
 */
@NullMarked
package io.meridian.simulation.judge;

import org.jspecify.annotations.NullMarked;
