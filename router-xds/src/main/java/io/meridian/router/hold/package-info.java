/**
 * Where requests of frozen shards wait, and refused ones learn who owns their shard now. Start at
 * {@link io.meridian.router.hold.HoldEndpoint}; {@link io.meridian.router.hold.HoldRules} decides.
 *
 * @see "PROTOCOL 5, barrier (a); the hold service's contract in envoy/README.md of the design"
 */
@NullMarked
package io.meridian.router.hold;

import org.jspecify.annotations.NullMarked;
