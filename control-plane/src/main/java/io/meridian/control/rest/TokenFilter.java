package io.meridian.control.rest;

import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lets nobody at the API without the token. Health, metrics and the console's files are not the API. */
@jakarta.ws.rs.ext.Provider
@PreMatching
public class TokenFilter implements ContainerRequestFilter {
    private static final String SCHEME = "Bearer ";

    private final Provider<ApiToken> token;

    /** @param token asked for at the first request: filters are made while the application is still being built */
    @Inject
    public TokenFilter(Provider<ApiToken> token) {
        this.token = token;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        String path = request.getUriInfo().getPath();
        if ((path.startsWith("/") ? path : "/" + path).startsWith("/api/")) {
            refusal(request.getHeaderString("Authorization"))
                    .ifPresent(detail ->
                            request.abortWith(Problems.response(Problem.of(ProblemType.UNAUTHENTICATED, detail))));
        }
    }

    private Optional<String> refusal(@Nullable String header) {
        if (header == null) {
            return Optional.of(
                    "the API wants the header 'Authorization: Bearer TOKEN'; `up` writes the token to admin.token");
        }
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.of("the API knows bearer tokens only");
        }
        return token.get().matches(header.substring(SCHEME.length()).strip())
                ? Optional.empty()
                : Optional.of("the token is wrong");
    }
}
