package io.meridian.control.rest;

import io.meridian.control.ControlPlane;
import io.meridian.control.access.Actor;
import io.meridian.control.access.Token;
import io.meridian.control.command.Decider;
import io.meridian.control.identity.IdentityProvider;
import io.meridian.control.identity.Verdict;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.quarkus.arc.ClientProxy;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/** Lets nobody at the API without a token. Health, metrics and the console's files are not the API. */
public class TokenFilter {
    /** Why something is asked for; percent-encoded where it is not ASCII. */
    static final String REASON = "Meridian-Reason";

    private static final int REASON_LIMIT = 500;
    private static final String SCHEME = "Bearer ";

    private final Provider<FileTokens> files;
    private final Provider<ControlPlane> plane;
    private final Provider<Caller> caller;
    private final Provider<IdentityProvider> provider;
    private final Clock clock = Clock.systemUTC();

    /** All asked for at the first request: filters are made while the application is still being built. */
    @Inject
    public TokenFilter(
            Provider<FileTokens> files,
            Provider<ControlPlane> plane,
            Provider<Caller> caller,
            Provider<IdentityProvider> provider) {
        this.files = files;
        this.plane = plane;
        this.caller = caller;
        this.provider = provider;
    }

    /** @return null: goes on at once; else why not, or nothing, when that is known */
    @ServerRequestFilter(preMatching = true)
    public @Nullable Uni<Response> filter(ContainerRequestContext request) {
        String path = request.getUriInfo().getPath();
        if (!(path.startsWith("/") ? path : "/" + path).startsWith("/api/")) {
            return null;
        }
        try {
            String token = token(request.getHeaderString("Authorization"));
            String reason = reason(request.getHeaderString(REASON));
            Optional<Actor> known = local(token);
            if (known.isPresent()) {
                caller.get().is(known.get(), reason);
                return null;
            }
            return vouchedFor(token, reason);
        } catch (RefusedException refused) {
            return Uni.createFrom().item(Problems.response(refused.problem()));
        }
    }

    private static String token(@Nullable String header) {
        if (header == null) {
            throw unauthenticated(
                    "the API wants the header 'Authorization: Bearer TOKEN'; `up` writes the token to admin.token");
        }
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw unauthenticated("the API knows bearer tokens only");
        }
        return header.substring(SCHEME.length()).strip();
    }

    /** As far as this node knows; the log decides once more for each command, and each linearizable read looks again. */
    private Optional<Actor> local(String token) {
        String hash = Decider.sha256(token);
        return files.get()
                .byHash(hash)
                .or(() -> plane.get()
                        .node()
                        .applied()
                        .current()
                        .access()
                        .byHash(hash, clock.instant())
                        .map(Token::actor));
    }

    private Uni<Response> vouchedFor(String token, String reason) {
        IdentityProvider looking = provider.get();
        if (!IdentityProvider.looksLikeOne(token)) {
            throw unauthenticated("the token is wrong, was revoked, or has expired");
        }
        if (!looking.set()) {
            throw unauthenticated(
                    "the token looks like an identity provider's, and none is set up here (meridian.oidc.issuer)");
        }
        // The keys may have to be fetched first, and whoever brings them knows nothing of this request's scope.
        Caller here = ClientProxy.unwrap(caller.get());
        return looking.look(token).map(verdict -> switch (verdict) {
            case Verdict.Known known -> {
                here.is(known.actor(), reason);
                yield null;
            }
            case Verdict.No no -> Problems.response(no.why());
        });
    }

    private static String reason(@Nullable String header) {
        String reason = header == null ? "" : decoded(header).strip();
        if (reason.length() > REASON_LIMIT) {
            throw new RefusedException(
                    ProblemType.INVALID_ARGUMENT,
                    REASON + " has more than " + REASON_LIMIT + " characters; say it shorter");
        }
        return reason;
    }

    /** A percent sign that encodes nothing is one. */
    private static String decoded(String header) {
        try {
            return URLDecoder.decode(header.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException plain) {
            return header;
        }
    }

    private static RefusedException unauthenticated(String detail) {
        return new RefusedException(Problem.of(ProblemType.UNAUTHENTICATED, detail));
    }
}
