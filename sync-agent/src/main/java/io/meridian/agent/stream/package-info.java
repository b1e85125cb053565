/** The data path as one thing: start at {@link io.meridian.agent.stream.DataPath}. */
@NullMarked
package io.meridian.agent.stream;

import org.jspecify.annotations.NullMarked;
