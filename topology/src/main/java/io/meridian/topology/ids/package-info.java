/** Ids of rows: the same 64 bits as {@code meridian.next_id} makes in a store ({@code 025_next_id.sql}). */
@NullMarked
package io.meridian.topology.ids;

import org.jspecify.annotations.NullMarked;
