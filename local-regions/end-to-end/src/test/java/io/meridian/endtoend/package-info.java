/** Three whole regions, load, moves, kills: judged by the invariants of the design. Start at {@link io.meridian.endtoend.MoveUnderLoadIT}. */
@NullMarked
package io.meridian.endtoend;

import org.jspecify.annotations.NullMarked;
