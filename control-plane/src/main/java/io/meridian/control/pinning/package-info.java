/**
 * Users who go to a zone of their own for a while: grey release, stress test. Routing only. Start at {@link io.meridian.control.pinning.PinDecider}.
 */
@NullMarked
package io.meridian.control.pinning;

import org.jspecify.annotations.NullMarked;
