/**
 * One region's database, as far as the protocol sees it: a model in memory of what stands in SQL ({@code schema meridian}) and of how PostgreSQL
 * orders transactions. Start at {@link io.meridian.simulation.store.SimStore}.
 */
@NullMarked
package io.meridian.simulation.store;

import org.jspecify.annotations.NullMarked;
