@NullMarked
package io.meridian.ledger.web;

import org.jspecify.annotations.NullMarked;
