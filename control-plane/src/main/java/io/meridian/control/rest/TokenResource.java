package io.meridian.control.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.control.access.Role;
import io.meridian.control.access.Token;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.state.ControlState;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Local tokens. A token's text is told once, to whoever makes it, and kept nowhere. */
@Path("/api/v1/tokens")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class TokenResource {
    /** So that a leaked one is recognised by whoever finds it, and by scanners. */
    private static final String PREFIX = "mrd_";

    private static final int TOKEN_BYTES = 32;
    private static final long LONGEST_DAYS = 3650;

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

    @GET
    public List<TokenJson> all() throws InterruptedException {
        return api.read().access().tokens().values().stream()
                .map(token -> TokenJson.of(token, null))
                .toList();
    }

    @POST
    @Consumes(MediaType.WILDCARD)
    public Response create(
            @Nullable String body,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        Wanted wanted = read(Documents.object(body, "a token", Set.of("name", "roles", "validForDays")));
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String text = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Instant now = clock.instant();
        var command = new Command.CreateToken(
                dryRun ? "" : Api.keyOr(key),
                now,
                wanted.name(),
                wanted.roles(),
                Decider.sha256(text),
                wanted.validFor().map(now::plus));
        if (dryRun) {
            Token would = api.preview(command).then().access().tokens().get(wanted.name());
            if (would == null) {
                throw new IllegalStateException("a preview without what it previews: " + command);
            }
            return Response.ok(TokenJson.of(would, null)).build();
        }
        try {
            api.commit(command);
        } catch (WaitsForApprovalException waits) {
            String id = waits.approval().id();
            return Response.accepted(new TokenJson(
                            wanted.name(),
                            wanted.roles().stream().map(Role::text).toList(),
                            null,
                            null,
                            command.expires().orElse(null),
                            text,
                            id))
                    .location(URI.create("/api/v1/approvals/" + id))
                    .build();
        } catch (RefusedException refused) {
            throw refused.problem().type() == ProblemType.IDEMPOTENCY_KEY_REUSED ? toldOnce(refused) : refused;
        }
        return Response.created(URI.create("/api/v1/tokens"))
                .entity(new TokenJson(
                        wanted.name(),
                        wanted.roles().stream().map(Role::text).toList(),
                        now,
                        api.caller().name(),
                        command.expires().orElse(null),
                        text,
                        null))
                .build();
    }

    @DELETE
    @Path("/{name}")
    public List<TokenJson> revoke(
            @PathParam("name") String name,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        var command = new Command.RevokeToken(dryRun ? "" : Api.keyOr(key), clock.instant(), name);
        ControlState then;
        if (dryRun) {
            then = api.preview(command).then();
        } else {
            api.commit(command);
            then = api.local();
        }
        return then.access().tokens().values().stream()
                .map(token -> TokenJson.of(token, null))
                .toList();
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

    private static Wanted read(JsonNode document) {
        var faults = new ArrayList<Problem.Fault>();
        String name = Documents.text(document, "name", "a name such as \"alice\"", faults);
        SortedSet<Role> roles = roles(document.path("roles"), faults);
        Optional<Duration> validFor = validFor(document.path("validForDays"), faults);
        if (!faults.isEmpty()) {
            throw new RefusedException(new Problem(
                    ProblemType.INVALID_DOCUMENT,
                    "a token is {\"name\":\"alice\",\"roles\":[\"operator\"],\"validForDays\":90}",
                    Map.of(),
                    faults));
        }
        return new Wanted(name, roles, validFor);
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
        if (!days.isIntegralNumber() || days.asLong() < 1 || days.asLong() > LONGEST_DAYS) {
            faults.add(new Problem.Fault("/validForDays", "a whole number of days, 1 to " + LONGEST_DAYS));
            return Optional.empty();
        }
        return Optional.of(Duration.ofDays(days.asLong()));
    }
}
