/**
 * The replicated log on Apache Ratis: commands in, states out. Start at {@link io.meridian.control.raft.RaftNode}.
 */
@NullMarked
package io.meridian.control.raft;

import org.jspecify.annotations.NullMarked;
