/**
 * Whole regions on one machine: real PostgreSQL, Kafka and Envoy, the services of Meridian, links between regions that can be cut.
 * Start at {@link io.meridian.local.LocalInstance} (for tests) or {@link io.meridian.local.LocalRegions} (the launcher).
 */
@NullMarked
package io.meridian.local;

import org.jspecify.annotations.NullMarked;
