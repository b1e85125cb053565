/**
 * From the copy log into this region's tables: {@link io.meridian.agent.apply.PartitionApplier} owns one partition of one source, {@link
 * io.meridian.agent.apply.RecordPlanner} says what of a record takes effect, {@link io.meridian.agent.apply.ChangeFold} makes few
 * statements of many changes, {@link io.meridian.agent.apply.GroupWriter} puts them, progress and heads into one transaction.
 */
@NullMarked
package io.meridian.agent.apply;

import org.jspecify.annotations.NullMarked;
