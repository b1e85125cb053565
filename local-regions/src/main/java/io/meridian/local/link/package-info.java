/** The network between regions, as TCP proxies that can be cut, stalled and slowed. Start at {@link io.meridian.local.link.LinkProxies}. */
@NullMarked
package io.meridian.local.link;

import org.jspecify.annotations.NullMarked;
