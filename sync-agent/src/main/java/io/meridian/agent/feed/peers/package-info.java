/** What agents of one store group ask each other over gRPC: promises. What they mean is in {@code io.meridian.agent.failsafe}. */
@NullMarked
package io.meridian.agent.feed.peers;

import org.jspecify.annotations.NullMarked;
