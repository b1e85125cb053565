/**
 * Are the copies of all regions equal, shard by shard? Hashes are compared in rounds, for a shard that is being written differs for a moment.
 * Start at {@link io.meridian.control.verify.VerificationDecider}. Pure.
 */
@NullMarked
package io.meridian.control.verify;

import org.jspecify.annotations.NullMarked;
