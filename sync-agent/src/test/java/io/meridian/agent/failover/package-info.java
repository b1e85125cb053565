/** Tests of what a store does when a region is lost. */
@NullMarked
package io.meridian.agent.failover;

import org.jspecify.annotations.NullMarked;
