/**
 * Accounts and transfers in double entry, in PostgreSQL. Start at {@link io.meridian.ledger.books.Books}; what a refusal of the database
 * means stands in {@link io.meridian.ledger.books.Transactions}. Knows nothing of HTTP.
 */
@NullMarked
package io.meridian.ledger.books;

import org.jspecify.annotations.NullMarked;
