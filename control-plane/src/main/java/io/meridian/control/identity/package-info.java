/**
 * People who come with a token of an identity provider (OpenID Connect). Start at {@link io.meridian.control.identity.IdentityProvider}. What they
 * may do then is {@code access}'s; local tokens and the broken glass know nothing of this and work without it.
 */
@NullMarked
package io.meridian.control.identity;

import org.jspecify.annotations.NullMarked;
