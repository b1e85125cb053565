@NullMarked
package io.meridian.drill.measure;

import org.jspecify.annotations.NullMarked;
