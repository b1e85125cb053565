/**
 * What a change that arrives from another region is: history to apply, a duplicate to skip, something that must wait, or a write
 * outside its shard's lineage. Start at {@link io.meridian.conflict.RecordClassifier}. Pure: the caller keeps progress and heads, in the
 * transaction that applies.
 */
@NullMarked
package io.meridian.conflict;

import org.jspecify.annotations.NullMarked;
