/** What waits in {@code meridian.parked}, shown to people, and what they decide of it. Start at {@link io.meridian.agent.parked.ParkedDecision}. */
@NullMarked
package io.meridian.agent.parked;

import org.jspecify.annotations.NullMarked;
