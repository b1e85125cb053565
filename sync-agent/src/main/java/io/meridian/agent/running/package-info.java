/** Threads that own one piece of the data path each, and are started again, with growing pauses, when it fails. */
@NullMarked
package io.meridian.agent.running;

import org.jspecify.annotations.NullMarked;
