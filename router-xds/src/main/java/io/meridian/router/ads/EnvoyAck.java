package io.meridian.router.ads;

/**
 * What one connected Envoy has accepted.
 *
 * @param acceptedRevision newest revision whose resources it has all accepted; 0: none yet
 * @param nack why it refused something of what it should have now; empty: it refused nothing
 */
public record EnvoyAck(String node, long acceptedRevision, String nack) {}
