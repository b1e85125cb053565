/**
 * The rules that a history is played by: {@link io.meridian.simulation.rules.Rules} composes the real ones, {@link
 * io.meridian.simulation.rules.Mutant} puts one deliberate flaw in the place of one of them. What no mutant shows is protected by nothing here.
 */
@NullMarked
package io.meridian.simulation.rules;

import org.jspecify.annotations.NullMarked;
