@NullMarked
package io.meridian.agent.orphan;

import org.jspecify.annotations.NullMarked;
