/**
 * The router of one region: hears from the control plane what should be routed where ({@code feed}), turns it into Envoy's resources
 * ({@code view}, {@code compile}: pure), serves them ({@code ads}), holds requests of frozen shards ({@code hold}). Start at
 * {@link io.meridian.router.Router}, which puts them together; the rest of this package is the Quarkus shell.
 */
@NullMarked
package io.meridian.router;

import org.jspecify.annotations.NullMarked;
