package io.meridian.control.certificate;

import java.time.Instant;

/**
 * A node's signature under a certificate.
 *
 * @param at when, by the signing node's clock; covered by the signature
 * @param signature base64
 */
public record Seal(String node, String keyId, Instant at, String signature) {}
