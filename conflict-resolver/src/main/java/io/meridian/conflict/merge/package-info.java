/**
 * What becomes of a row that several regions wrote without knowing of each other: {@link io.meridian.conflict.merge.RowMerge} joins two states of a
 * row, and whatever the order, and however often, the same changes end in the same state. {@link io.meridian.conflict.merge.ValueResolver} is for
 * resolvers of the user's own. Pure; values are texts as PostgreSQL sends them, empty is null.
 */
@NullMarked
package io.meridian.conflict.merge;

import org.jspecify.annotations.NullMarked;
