/**
 * A region is lost: its leases are ended, its shards go to others on what survived, and it comes back. PROTOCOL 2, 6. Start at
 * {@link io.meridian.control.failover.FailoverDecider}. Knows nothing of Raft, HTTP or PostgreSQL.
 */
@NullMarked
package io.meridian.control.failover;

import org.jspecify.annotations.NullMarked;
