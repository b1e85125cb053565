/** Processes that outlive whoever started them, known by pid and start time. Knows nothing of regions. */
@NullMarked
package io.meridian.local.process;

import org.jspecify.annotations.NullMarked;
