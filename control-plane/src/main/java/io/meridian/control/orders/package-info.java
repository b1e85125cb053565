/** What all orders have in common that a person gives to the agent of one store, which does them and says what became of each. Pure. */
@NullMarked
package io.meridian.control.orders;

import org.jspecify.annotations.NullMarked;
