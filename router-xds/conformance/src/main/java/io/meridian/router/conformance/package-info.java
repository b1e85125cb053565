/**
 * The rules of the xDS protocol as a table that is driven against any ADS server. Start at {@link io.meridian.router.conformance.Rules};
 * a server joins by {@link io.meridian.router.conformance.ServerUnderTest}. Knows only gRPC and the protocol's messages, but for the
 * servers that come along.
 */
@NullMarked
package io.meridian.router.conformance;

import org.jspecify.annotations.NullMarked;
