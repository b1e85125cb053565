@NullMarked
package io.meridian.drill;

import org.jspecify.annotations.NullMarked;
