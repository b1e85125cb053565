/** What is hashed when. */
@NullMarked
package io.meridian.agent.hashing;

import org.jspecify.annotations.NullMarked;
