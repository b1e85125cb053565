@NullMarked
package io.meridian.agent.capture.debezium;

import org.jspecify.annotations.NullMarked;
