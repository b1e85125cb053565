@NullMarked
package io.meridian.drill.scenario;

import org.jspecify.annotations.NullMarked;
