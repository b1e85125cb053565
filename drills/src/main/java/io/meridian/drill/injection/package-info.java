/** Faults and how they are undone, also after a crash. Start at {@link io.meridian.drill.injection.Journal}: nothing is injected that does not stand there. */
@NullMarked
package io.meridian.drill.injection;

import org.jspecify.annotations.NullMarked;
