/** Are two regions' copies of a shard equal? Start at {@link io.meridian.agent.verify.ShardHasher}. */
@NullMarked
package io.meridian.agent.verify;

import org.jspecify.annotations.NullMarked;
