/**
 * A store is one database on one or several servers, of which one is the primary: which one, whether a promoted one goes on with the same history, and
 * whether a synchronous standby has what the region relies on. Start at {@link io.meridian.agent.server.Timeline}. PROTOCOL 8.8; docs/postgresql-ha.md.
 */
@NullMarked
package io.meridian.agent.server;

import org.jspecify.annotations.NullMarked;
