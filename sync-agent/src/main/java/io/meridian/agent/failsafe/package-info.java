/**
 * Writes go on while the whole control plane is gone, as long as every other region promises meanwhile to take nothing over. PROTOCOL 2. Start at
 * {@link io.meridian.agent.failsafe.FailsafeAuthority}.
 */
@NullMarked
package io.meridian.agent.failsafe;

import org.jspecify.annotations.NullMarked;
