/** This node's private key, and what it signs while it leads. Start at {@link io.meridian.control.signing.CertificateSigner}. */
@NullMarked
package io.meridian.control.signing;

import org.jspecify.annotations.NullMarked;
