@NullMarked
package io.meridian.drill.report;

import org.jspecify.annotations.NullMarked;
