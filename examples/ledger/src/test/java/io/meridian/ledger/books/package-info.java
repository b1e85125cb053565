@NullMarked
package io.meridian.ledger.books;

import org.jspecify.annotations.NullMarked;
