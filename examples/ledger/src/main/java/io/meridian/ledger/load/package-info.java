/**
 * Drives the ledger from outside, through the edges, and judges it: every write that was acknowledged must be there exactly once. Start at
 * {@link io.meridian.ledger.load.LoadRun}; {@link io.meridian.ledger.load.Judge} is pure and finds what is lost or doubled. An open loop:
 * requests are sent by schedule, whatever became of those before, so that a stall is counted by all that it delays.
 */
@NullMarked
package io.meridian.ledger.load;

import org.jspecify.annotations.NullMarked;
