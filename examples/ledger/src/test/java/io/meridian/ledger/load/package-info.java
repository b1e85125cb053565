@NullMarked
package io.meridian.ledger.load;

import org.jspecify.annotations.NullMarked;
