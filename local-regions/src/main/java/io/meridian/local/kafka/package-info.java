/** One real Kafka broker (KRaft, its own controller) in a JVM of its own. Start at {@link io.meridian.local.kafka.KafkaServer}. */
@NullMarked
package io.meridian.local.kafka;

import org.jspecify.annotations.NullMarked;
