/**
 * Hashes of shards: before and after a move, for its certificate, and whenever a verification asks. Snapshots are taken at the moment that counts and
 * hashed later, so that no pause grows by it. Start at {@link io.meridian.agent.hashing.SnapshotHasher}.
 */
@NullMarked
package io.meridian.agent.hashing;

import org.jspecify.annotations.NullMarked;
