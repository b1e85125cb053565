/**
 * What a run's certificate says as a document, whose keys may sign one, and when a signature is taken. Start at
 * {@link io.meridian.control.certificate.CertificateDecider}. Pure; {@code signing} holds the private key.
 */
@NullMarked
package io.meridian.control.certificate;

import org.jspecify.annotations.NullMarked;
