/**
 * A small payment application behind Envoy: HTTP in, SQL out, no Meridian library. Start at {@link io.meridian.ledger.LedgerMain};
 * {@code books} keeps the accounts, {@code web} answers requests, {@code load} drives and judges it from outside.
 */
@NullMarked
package io.meridian.ledger;

import org.jspecify.annotations.NullMarked;
