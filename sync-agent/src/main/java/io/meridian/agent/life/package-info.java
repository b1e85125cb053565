/** Databases of one region that follow each other, each with a log of its own, and what of an earlier log is still waited for. */
@NullMarked
package io.meridian.agent.life;

import org.jspecify.annotations.NullMarked;
