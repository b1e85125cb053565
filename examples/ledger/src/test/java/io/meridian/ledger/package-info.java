@NullMarked
package io.meridian.ledger;

import org.jspecify.annotations.NullMarked;
