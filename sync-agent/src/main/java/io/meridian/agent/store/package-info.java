/** How the data path reaches its store, and the rows of schema {@code meridian} that several of its parts read and write. */
@NullMarked
package io.meridian.agent.store;

import org.jspecify.annotations.NullMarked;
