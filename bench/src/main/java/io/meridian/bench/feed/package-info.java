/** Agents and routers that a bench attaches to a control-plane node. */
@NullMarked
package io.meridian.bench.feed;

import org.jspecify.annotations.NullMarked;
