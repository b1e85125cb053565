/** Capture, pure and against a real PostgreSQL. */
@NullMarked
package io.meridian.agent.capture;

import org.jspecify.annotations.NullMarked;
