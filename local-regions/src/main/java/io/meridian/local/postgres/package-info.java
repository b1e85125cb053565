/** One real PostgreSQL in a folder. Start at {@link io.meridian.local.postgres.PostgresServer}. */
@NullMarked
package io.meridian.local.postgres;

import org.jspecify.annotations.NullMarked;
