/** The pure parts of the transport. */
@NullMarked
package io.meridian.agent.transport;

import org.jspecify.annotations.NullMarked;
