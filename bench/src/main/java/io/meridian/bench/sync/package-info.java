/** The ways of a row from one PostgreSQL to another that {@code bench sync} measures side by side: start at {@link io.meridian.bench.sync.Way}. */
@NullMarked
package io.meridian.bench.sync;

import org.jspecify.annotations.NullMarked;
