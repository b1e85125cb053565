/**
 * What becomes of a write that lost its place, where the row was written since: {@link io.meridian.conflict.orphan.OrphanPolicy}, by the table's option
 * {@code orphans}. Pure. PROTOCOL 7.
 */
@NullMarked
package io.meridian.conflict.orphan;

import org.jspecify.annotations.NullMarked;
