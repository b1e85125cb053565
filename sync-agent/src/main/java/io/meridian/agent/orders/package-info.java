/** What the control plane asks an agent to do once: carried out, and told until it is asked for no more. Start at {@link io.meridian.agent.orders.Orders}. */
@NullMarked
package io.meridian.agent.orders;

import org.jspecify.annotations.NullMarked;
