/**
 * The second way to read a store's log: Debezium's connector for PostgreSQL as a library, one level below its engine. Start at
 * {@link io.meridian.agent.capture.debezium.DebeziumChangeSource}. Nothing outside this package knows Debezium, and none of its classes is
 * loaded where it is not chosen.
 */
@NullMarked
package io.meridian.agent.capture.debezium;

import org.jspecify.annotations.NullMarked;
