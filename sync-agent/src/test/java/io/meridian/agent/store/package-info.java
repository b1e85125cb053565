/** How the data path reaches its store. */
@NullMarked
package io.meridian.agent.store;

import org.jspecify.annotations.NullMarked;
