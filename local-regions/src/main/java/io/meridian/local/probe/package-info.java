/** Looks at running regions from outside, as their users meet them. */
@NullMarked
package io.meridian.local.probe;

import org.jspecify.annotations.NullMarked;
