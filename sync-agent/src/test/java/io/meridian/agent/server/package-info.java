@NullMarked
package io.meridian.agent.server;

import org.jspecify.annotations.NullMarked;
