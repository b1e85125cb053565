/**
 * From the store's log to records: {@link io.meridian.agent.capture.ChangeSource} gives committed transactions,
 * {@link io.meridian.agent.capture.TransactionGrouper} makes one record per partition of each, or several parts. Knows nothing of Kafka. Only
 * {@link io.meridian.agent.capture.PgoutputChangeSource} and {@link io.meridian.agent.capture.SlotInspector} speak to PostgreSQL, and only
 * {@code Staging} writes files, for transactions that do not fit into memory; the rest is pure.
 */
@NullMarked
package io.meridian.agent.capture;

import org.jspecify.annotations.NullMarked;
