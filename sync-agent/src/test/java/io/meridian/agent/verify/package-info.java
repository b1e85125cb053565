@NullMarked
package io.meridian.agent.verify;

import org.jspecify.annotations.NullMarked;
