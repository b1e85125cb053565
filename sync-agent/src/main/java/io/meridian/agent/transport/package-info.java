/**
 * Records through Kafka: {@link io.meridian.agent.transport.CaptureWork} sends what capture grouped and confirms what was acknowledged,
 * {@link io.meridian.agent.transport.CopyPuller} appends a peer's records to the copy log here. Only {@link
 * io.meridian.agent.transport.RecordCodec} knows the messages. PROTOCOL 4.
 */
@NullMarked
package io.meridian.agent.transport;

import org.jspecify.annotations.NullMarked;
