/**
 * One region's agent of one store group: fence, lease, feed and data path, put together. Start at {@link io.meridian.agent.SyncAgent}.
 */
@NullMarked
package io.meridian.agent;

import org.jspecify.annotations.NullMarked;
