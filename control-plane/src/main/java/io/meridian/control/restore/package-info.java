/**
 * An empty control plane takes over what a backup says, without trusting it on who owns what. Start at
 * {@link io.meridian.control.restore.RestoreDecider}. Pure.
 */
@NullMarked
package io.meridian.control.restore;

import org.jspecify.annotations.NullMarked;
