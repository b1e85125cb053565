/**
 * The gRPC feeds of agents and routers: down, what should hold; up, what is. Start at {@link io.meridian.control.feed.FeedServer}.
 */
@NullMarked
package io.meridian.control.feed;

import org.jspecify.annotations.NullMarked;
