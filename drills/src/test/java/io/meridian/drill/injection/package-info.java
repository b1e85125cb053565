@NullMarked
package io.meridian.drill.injection;

import org.jspecify.annotations.NullMarked;
