package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.LIMIT_REACHED;
import static io.meridian.topology.ProblemType.NAME_TAKEN;
import static io.meridian.topology.ProblemType.UNKNOWN_TOKEN;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.control.access.Role;
import io.meridian.control.access.Token;
import io.meridian.control.access.TokenDecider;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.state.ControlState;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Local tokens. A token's text is told once, to whoever makes it, and kept nowhere. */
@Path("/api/v1/tokens")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "access")
@RunOnVirtualThread
public class TokenResource {
    /** So that a leaked one is recognised by whoever finds it, and by scanners. */
    private static final String PREFIX = "mrd_";

    private static final int TOKEN_BYTES = 32;
    private static final long LONGEST_DAYS = 3650;
    private static final int LIMIT = 200;
    private static final int ABSENT_LIMIT = 50;

    private final Api api;
    private final Clock clock = Clock.systemUTC();
    private final SecureRandom random = new SecureRandom();

    public TokenResource(Api api) {
        this.api = api;
    }

    /**
     * @param expires null: when it is revoked
     * @param token its text, in the answer to whoever makes it only
     * @param approval while it waits for a second person and is not valid yet
     */
    record TokenJson(
            String name,
            List<String> roles,
            @Nullable Instant createdAt,
            @Nullable String createdBy,
            @Nullable Instant expires,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String token,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String approval) {
        static TokenJson of(Token token, @Nullable String text) {
            return new TokenJson(
                    token.name(),
                    token.roles().stream().map(Role::text).toList(),
                    token.createdAt(),
                    token.createdBy(),
                    token.expires().orElse(null),
                    text,
                    null);
        }
    }

    /** What a token is made of. */
    private record Wanted(String name, SortedSet<Role> roles, Optional<Duration> validFor) {}

    /** @param next cursor of the page behind this one; null: this is the last */
    record TokensJson(List<TokenJson> tokens, @Nullable String next) {}

    @GET
    @ApiOperation("Local tokens by name, without their texts")
    public TokensJson listTokens(
            @QueryParam("cursor") @Nullable String cursor, @QueryParam("limit") @Nullable String limit)
            throws InterruptedException {
        if (cursor != null && !TokenDecider.isName(cursor)) {
            throw Pages.wrong("cursor", "what 'next' of the page before said");
        }
        String after = cursor == null ? "" : cursor;
        Pages.Page<Token> page = Pages.page(
                api.read().access().tokens().values().stream()
                        .filter(token -> token.name().compareTo(after) > 0),
                (int) Pages.number("limit", limit, ABSENT_LIMIT, 1, LIMIT),
                Token::name);
        return new TokensJson(
                page.items().stream().map(token -> TokenJson.of(token, null)).toList(), page.next());
    }

    @GET
    @Path("/{name}")
    @ApiOperation(value = "A local token, without its text", refuses = UNKNOWN_TOKEN)
    public TokenJson getToken(@PathParam("name") String name) throws InterruptedException {
        return TokenJson.of(find(api.read(), name), null);
    }

    @POST
    @ApiOperation(
            value = "Makes a token, and tells its text this once; one for a second person waits for a second person",
            done = 201,
            waiting = TokenJson.class,
            refuses = {NAME_TAKEN, LIMIT_REACHED})
    public RestResponse<TokenJson> createToken(
            @RequestBody(ref = "Token") @Nullable String body, @BeanParam ChangeOptions options)
            throws InterruptedException {
        Wanted wanted = read(body);
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String text = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Instant now = clock.instant();
        var command = new Command.CreateToken(
                options.key(),
                now,
                wanted.name(),
                wanted.roles(),
                Decider.sha256(text),
                wanted.validFor().map(now::plus));
        try {
            Token made = find(api.change(command, options).then(), wanted.name());
            return options.dry()
                    ? RestResponse.ok(TokenJson.of(made, null))
                    : RestResponse.ResponseBuilder.<TokenJson>create(Response.Status.CREATED, TokenJson.of(made, text))
                            .location(URI.create("/api/v1/tokens/" + made.name()))
                            .build();
        } catch (WaitsForApprovalException waits) {
            String id = waits.approval().id();
            var waiting = new TokenJson(
                    wanted.name(),
                    wanted.roles().stream().map(Role::text).toList(),
                    null,
                    null,
                    command.expires().orElse(null),
                    text,
                    id);
            return RestResponse.ResponseBuilder.<TokenJson>create(Response.Status.ACCEPTED, waiting)
                    .location(URI.create("/api/v1/approvals/" + id))
                    .build();
        } catch (RefusedException refused) {
            throw refused.problem().type() == ProblemType.IDEMPOTENCY_KEY_REUSED ? toldOnce(refused) : refused;
        }
    }

    @DELETE
    @Path("/{name}")
    @ApiOperation(
            value = "Revokes a token; what its owner asked for and still waits goes with it",
            refuses = UNKNOWN_TOKEN)
    public TokenJson revokeToken(@PathParam("name") String name, @BeanParam ChangeOptions options)
            throws InterruptedException {
        Optional<Token> revoked =
                Optional.ofNullable(api.read().access().tokens().get(name));
        api.change(new Command.RevokeToken(options.key(), clock.instant(), name), options);
        return revoked.map(token -> TokenJson.of(token, null)).orElseGet(() -> gone(name));
    }

    /** The answer to a second request with the key of the one that revoked it. */
    private static TokenJson gone(String name) {
        return new TokenJson(name, List.of(), null, null, null, null, null);
    }

    private static Token find(ControlState state, String name) {
        return Optional.ofNullable(state.access().tokens().get(name))
                .orElseThrow(() -> new RefusedException(UNKNOWN_TOKEN, "there is no token '" + name + "'"));
    }

    /** Another random text came with the same key, and the first one is kept nowhere. */
    private static RefusedException toldOnce(RefusedException refused) {
        return new RefusedException(new Problem(
                ProblemType.IDEMPOTENCY_KEY_REUSED,
                "with this Idempotency-Key something was made already, and a token's text is told once only; if it was lost on the way, revoke the"
                        + " token and make another with a new key",
                refused.problem().facts(),
                List.of()));
    }

    private static Wanted read(@Nullable String body) {
        return Documents.read(
                body,
                "a token is {\"name\":\"alice\",\"roles\":[\"operator\"],\"validForDays\":90}",
                Set.of("name", "roles", "validForDays"),
                (document, faults) -> new Wanted(
                        Documents.text(document, "name", "a name such as \"alice\"", faults),
                        roles(document.path("roles"), faults),
                        validFor(document.path("validForDays"), faults)));
    }

    private static SortedSet<Role> roles(JsonNode roles, List<Problem.Fault> faults) {
        String known = Arrays.stream(Role.values()).map(Role::text).toList().toString();
        var read = new TreeSet<Role>();
        if (!roles.isArray() || roles.isEmpty()) {
            faults.add(new Problem.Fault("/roles", "a list of one or more of " + known));
        }
        for (int i = 0; roles.isArray() && i < roles.size(); i++) {
            Optional<Role> role = Role.read(roles.get(i).asText());
            if (role.isPresent()) {
                read.add(role.get());
            } else {
                faults.add(new Problem.Fault("/roles/" + i, "'" + roles.get(i).asText() + "' is none of " + known));
            }
        }
        return read;
    }

    private static Optional<Duration> validFor(JsonNode days, List<Problem.Fault> faults) {
        if (days.isMissingNode() || days.isNull()) {
            return Optional.empty();
        }
        if (!Documents.isWhole(days) || days.asLong() < 1 || days.asLong() > LONGEST_DAYS) {
            faults.add(new Problem.Fault("/validForDays", "a whole number of days, 1 to " + LONGEST_DAYS));
            return Optional.empty();
        }
        return Optional.of(Duration.ofDays(days.asLong()));
    }
}
