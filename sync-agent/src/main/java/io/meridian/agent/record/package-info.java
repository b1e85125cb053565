/**
 * What one record of the change stream holds: row changes, markers, heartbeats, and where it stands. Pure values; start at
 * {@link io.meridian.agent.record.SourceRecord}.
 */
@NullMarked
package io.meridian.agent.record;

import org.jspecify.annotations.NullMarked;
