package io.meridian.control.rest;

import io.meridian.control.ControlPlane;
import io.meridian.control.access.Actor;
import io.meridian.control.access.Token;
import io.meridian.control.command.Decider;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lets nobody at the API without a token. Health, metrics and the console's files are not the API. */
@jakarta.ws.rs.ext.Provider
@PreMatching
public class TokenFilter implements ContainerRequestFilter {
    /** Why something is asked for; percent-encoded where it is not ASCII. */
    static final String REASON = "Meridian-Reason";

    private static final int REASON_LIMIT = 500;
    private static final String SCHEME = "Bearer ";

    private final Provider<FileTokens> files;
    private final Provider<ControlPlane> plane;
    private final Provider<Caller> caller;
    private final Clock clock = Clock.systemUTC();

    /** All asked for at the first request: filters are made while the application is still being built. */
    @Inject
    public TokenFilter(Provider<FileTokens> files, Provider<ControlPlane> plane, Provider<Caller> caller) {
        this.files = files;
        this.plane = plane;
        this.caller = caller;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        String path = request.getUriInfo().getPath();
        if (!(path.startsWith("/") ? path : "/" + path).startsWith("/api/")) {
            return;
        }
        try {
            Actor actor = actor(request.getHeaderString("Authorization"));
            caller.get().is(actor, reason(request.getHeaderString(REASON)));
        } catch (RefusedException refused) {
            request.abortWith(Problems.response(refused.problem()));
        }
    }

    private Actor actor(@Nullable String header) {
        if (header == null) {
            throw unauthenticated(
                    "the API wants the header 'Authorization: Bearer TOKEN'; `up` writes the token to admin.token");
        }
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw unauthenticated("the API knows bearer tokens only");
        }
        String hash = Decider.sha256(header.substring(SCHEME.length()).strip());
        Optional<Actor> ofFile = files.get().byHash(hash);
        // As far as this node knows: one that is cut off from the quorum may let a revoked token in, and has nothing to
        // say to it but that.
        return ofFile.or(() -> plane.get()
                        .node()
                        .applied()
                        .current()
                        .access()
                        .byHash(hash, clock.instant())
                        .map(Token::actor))
                .orElseThrow(() -> unauthenticated("the token is wrong, was revoked, or has expired"));
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
