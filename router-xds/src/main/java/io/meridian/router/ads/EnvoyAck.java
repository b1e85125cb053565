package io.meridian.router.ads;

/**
 * What one connected Envoy has been sent and has accepted.
 *
 * @param sentRevision newest revision of which something was sent, or that changes nothing for it
 * @param acceptedRevision newest revision whose resources it has all accepted; 0: none yet
 * @param nack why it refused something of what it should have now; empty: it refused nothing
 * @param rejections responses that it refused since it attached
 */
public record EnvoyAck(String node, long sentRevision, long acceptedRevision, String nack, long rejections) {}
