package io.meridian.control.identity;

import io.meridian.control.access.Actor;
import io.meridian.control.access.Credential;
import io.meridian.control.access.Role;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.quarkus.oidc.AccessTokenCredential;
import io.quarkus.oidc.TenantIdentityProvider;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Whom the provider vouches for. Its keys are kept by this node, so a token is looked at here, whether the provider is up or not. */
@Singleton
public class IdentityProvider {
    private static final Logger LOG = Logger.getLogger(IdentityProvider.class);
    /** A subject has 255 characters at most by OpenID Connect; an issuer is no longer than an address. */
    private static final int TEXT_LIMIT = 255;

    /** While the provider is silent, whoever sends many tokens must not make this node ask as often. */
    private static final Duration NOT_AGAIN = Duration.ofSeconds(1);

    private final OidcConfig config;
    private final TenantIdentityProvider provider;
    private volatile long silentNanos = System.nanoTime() - NOT_AGAIN.toNanos();

    public IdentityProvider(OidcConfig config, TenantIdentityProvider provider) {
        this.config = config;
        this.provider = provider;
    }

    public boolean set() {
        return config.issuer().isPresent();
    }

    /** Three parts and a header in JSON, as far as one can see without a key. */
    public static boolean looksLikeOne(String token) {
        return token.startsWith("eyJ") && token.chars().filter(c -> c == '.').count() == 2;
    }

    public Uni<Verdict> look(String token) {
        if (System.nanoTime() - silentNanos < NOT_AGAIN.toNanos()) {
            return Uni.createFrom().item(keyless());
        }
        return provider.authenticate(new AccessTokenCredential(token))
                .map(this::known)
                .onFailure()
                .recoverWithItem(this::refused);
    }

    private Verdict known(SecurityIdentity identity) {
        if (!(identity.getPrincipal() instanceof JsonWebToken token)) {
            return refusal("it is no JWT");
        }
        String issuer = token.getIssuer();
        String subject = token.getSubject();
        if (unusable(issuer) || unusable(subject)) {
            return refusal("its issuer or subject is missing or longer than " + TEXT_LIMIT + " characters");
        }
        Object readable = token.getClaim(config.nameClaim());
        return new Verdict.Known(Actor.vouchedFor(
                new Credential.Vouched(issuer, subject),
                readable instanceof String name && !name.isBlank() ? name : subject,
                roles(identity.getRoles(), subject)));
    }

    private Set<Role> roles(Set<String> claimed, String subject) {
        String prefix = config.rolePrefix().orElse("");
        var roles = new TreeSet<Role>();
        for (String claim : claimed) {
            Optional<Role> role =
                    claim.startsWith(prefix) ? Role.read(claim.substring(prefix.length())) : Optional.empty();
            if (role.equals(Optional.of(Role.BREAKGLASS))) {
                LOG.warnf("a token claims breakglass, which no identity provider gives; left out subject=%s", subject);
            } else {
                role.ifPresent(roles::add);
            }
        }
        return roles;
    }

    private static boolean unusable(@Nullable String text) {
        return text == null
                || text.isBlank()
                || text.length() > TEXT_LIMIT
                || text.chars().anyMatch(c -> c <= ' ');
    }

    private Verdict refused(Throwable why) {
        if (why instanceof AuthenticationFailedException) {
            LOG.debugf("a token is refused why=%s", why);
            return refusal(TokenFault.of(why, config.audience()));
        }
        silentNanos = System.nanoTime();
        LOG.warnf("a token cannot be looked at for now why=%s", why);
        return keyless();
    }

    private Verdict keyless() {
        return new Verdict.No(
                Problem.of(
                        ProblemType.NOT_READY,
                        "the identity provider " + config.issuer().orElse("")
                                + " has not told this node its keys yet, so its tokens cannot be checked; local tokens go on: use one, or ask again"));
    }

    private static Verdict refusal(String detail) {
        return new Verdict.No(Problem.of(ProblemType.UNAUTHENTICATED, "the token is not accepted: " + detail));
    }
}
