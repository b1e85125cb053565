package io.meridian.control.identity;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Bearer tokens of an identity provider, beside local ones. */
@ConfigMapping(prefix = "meridian.oidc")
public interface OidcConfig {
    /** Off unless named: the provider's address as its tokens have it in {@code iss}; below it, it tells where its keys are. */
    Optional<String> issuer();

    /** What a token must be for. One that was made for another service is refused: whoever got it there must not get in here. */
    @WithDefault("meridian")
    String audience();

    /** Where a token names roles; a slash leads into an object, as in Keycloak's {@code realm_access/roles}. */
    @WithDefault("roles")
    String rolesClaim();

    /** In front of our roles' names at the provider, such as {@code meridian-} for {@code meridian-operator}. Not needed where names are ours. */
    @WithDefault("")
    Optional<String> rolePrefix();

    /** What people are called in the audit. Who they are is issuer and subject, whatever this says. */
    @WithDefault("preferred_username")
    String nameClaim();

    /** Claims that a token must have besides, such as {@code typ=Bearer} where a provider's ID tokens are for the same audience. */
    Map<String, String> requiredClaims();

    /** The provider's keys are kept; a token with a key that is not among them makes a node ask anew, this often at most. */
    @WithDefault("1m")
    Duration keysAgain();

    /** Also how much longer a start may take when the provider is silent. */
    @WithDefault("3s")
    Duration connectTimeout();
}
