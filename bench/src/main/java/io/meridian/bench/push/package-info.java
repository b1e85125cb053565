/** Pushing a changed route to many streams: servers as processes, streams that cost the client as little as can be. */
@NullMarked
package io.meridian.bench.push;

import org.jspecify.annotations.NullMarked;
