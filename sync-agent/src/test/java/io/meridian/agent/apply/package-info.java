/** The pure parts of applying. */
@NullMarked
package io.meridian.agent.apply;

import org.jspecify.annotations.NullMarked;
