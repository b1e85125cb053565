/**
 * Both ends of the streams between agents, routers and control-plane nodes, over the real messages and mappers: start at {@link
 * io.meridian.simulation.feed.AgentStream}. What is sent when is the caller's business; here is only what a message makes of either side.
 */
@NullMarked
package io.meridian.simulation.feed;

import org.jspecify.annotations.NullMarked;
