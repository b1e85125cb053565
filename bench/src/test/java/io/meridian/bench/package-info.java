@NullMarked
package io.meridian.bench;

import org.jspecify.annotations.NullMarked;
