/**
 * The control plane about itself: its voters and what they may become, what the nodes can do. Start at
 * {@link io.meridian.control.cluster.VoterRules}. Pure.
 */
@NullMarked
package io.meridian.control.cluster;

import org.jspecify.annotations.NullMarked;
