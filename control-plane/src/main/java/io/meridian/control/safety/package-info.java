/** What keeps switches from doing harm on the whole: the brake, and rules on the state that a run leads to. Pure. */
@NullMarked
package io.meridian.control.safety;

import org.jspecify.annotations.NullMarked;
