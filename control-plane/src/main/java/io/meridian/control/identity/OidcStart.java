package io.meridian.control.identity;

import io.quarkus.oidc.Oidc;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.runtime.OidcTenantConfig.ApplicationType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/** Sets the provider up as {@link OidcConfig} has it. One that does not answer is asked again by the first token; the node starts without it. */
@ApplicationScoped
class OidcStart {
    private static final Logger LOG = Logger.getLogger(OidcStart.class);

    void configure(@Observes Oidc oidc, OidcConfig config) {
        if (config.issuer().isEmpty()) {
            return;
        }
        String issuer = config.issuer().get();
        Map<String, String> required = new TreeMap<>(config.requiredClaims());
        oidc.create(OidcTenantConfig.authServerUrl(issuer)
                .applicationType(ApplicationType.SERVICE)
                .connectionTimeout(config.connectTimeout())
                .roles()
                .roleClaimPath(config.rolesClaim())
                .end()
                .token()
                .issuer(issuer)
                .audience(config.audience())
                .subjectRequired()
                .requiredClaims(required)
                .forcedJwkRefreshInterval(config.keysAgain())
                // What cannot be checked by the keys is refused, and the provider need not be asked for each request.
                .allowJwtIntrospection(false)
                .allowOpaqueTokenIntrospection(false)
                .end()
                .build());
        LOG.infof("identity provider set issuer=%s audience=%s", issuer, config.audience());
    }
}
