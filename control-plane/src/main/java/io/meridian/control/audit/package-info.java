/**
 * Who did what, and why, as a chain in which no entry can be changed or left out unseen. Start at {@link io.meridian.control.audit.AuditEntry}.
 * Pure; the files that it goes to are written by {@code history}.
 */
@NullMarked
package io.meridian.control.audit;

import org.jspecify.annotations.NullMarked;
