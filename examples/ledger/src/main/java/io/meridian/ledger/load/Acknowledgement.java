package io.meridian.ledger.load;

/** What the ledger answered to a write: it is made, and stands in the books under these numbers. */
record Acknowledgement(Write write, long fromNumber, long toNumber) {}
