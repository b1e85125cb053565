/**
 * What the control plane wants of this store, and what this store answers. Start at {@link io.meridian.agent.feed.DesiredState}; views come in by
 * {@link io.meridian.agent.feed.FeedClient}, {@link io.meridian.agent.feed.Reporter} tells what is. All of it is level-triggered: whatever is lost is
 * said again. Generated messages stay in this package.
 */
@NullMarked
package io.meridian.agent.feed;

import org.jspecify.annotations.NullMarked;
