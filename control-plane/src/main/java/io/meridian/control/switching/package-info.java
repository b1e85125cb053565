/**
 * Moving shards between zones and back: plan, decide, resume after a crash. Start at {@link io.meridian.control.switching.SwitchTable};
 * {@link io.meridian.control.switching.SwitchDecider} reads it. Knows nothing of Raft, HTTP or PostgreSQL. PROTOCOL 5.
 */
@NullMarked
package io.meridian.control.switching;

import org.jspecify.annotations.NullMarked;
