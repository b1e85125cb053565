/**
 * What the control plane says and what it is told: one stream to one of its nodes. Start at {@link io.meridian.router.feed.FeedClient}.
 * The only package that knows the wire's messages.
 */
@NullMarked
package io.meridian.router.feed;

import org.jspecify.annotations.NullMarked;
