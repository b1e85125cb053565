/** The small certificate authority that the regions' gateways trust. */
@NullMarked
package io.meridian.local.tls;

import org.jspecify.annotations.NullMarked;
