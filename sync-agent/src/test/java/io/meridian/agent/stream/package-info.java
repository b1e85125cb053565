/** The data path between whole regions: real PostgreSQL, real Kafka, grants written by hand. */
@NullMarked
package io.meridian.agent.stream;

import org.jspecify.annotations.NullMarked;
