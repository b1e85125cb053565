/**
 * A run's certificate as a document: what it says, its one canonical form, who signed it, and whether what it says holds together. Here, because the
 * control plane writes it and the command line checks it without one. Start at {@link io.meridian.topology.certificate.CertificateCheck}. Pure.
 */
@NullMarked
package io.meridian.topology.certificate;

import org.jspecify.annotations.NullMarked;
