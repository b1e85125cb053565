package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.LIMIT_REACHED;
import static io.meridian.topology.ProblemType.NAME_TAKEN;
import static io.meridian.topology.ProblemType.NOT_SHARDED;
import static io.meridian.topology.ProblemType.NO_TOPOLOGY;
import static io.meridian.topology.ProblemType.UNKNOWN_PIN;
import static io.meridian.topology.ProblemType.UNKNOWN_ZONE;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.control.command.Command;
import io.meridian.control.pinning.Pin;
import io.meridian.control.state.ControlState;
import io.meridian.topology.Problem;
import io.meridian.topology.ZoneId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Users, or a whole population by what its keys begin with, who go to a zone of their own until a time. */
@Path("/api/v1/pins")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "moves")
@RunOnVirtualThread
public class PinResource {
    private static final String FORM =
            "a pin is {\"name\":\"grey\",\"key\":\"alice\",\"to\":\"east-2\",\"until\":\"2027-01-01T00:00:00Z\"}, or with \"prefix\" for \"key\"";
    private static final String NAME = "[a-z][a-z0-9-]{0,62}";

    private final Api api;
    private final Clock clock = Clock.systemUTC();

    public PinResource(Api api) {
        this.api = api;
    }

    /**
     * @param key of one user; null: {@code prefix} says what keys begin with
     * @param holds of a key: whether it leads anywhere now, as its shard's owner is in the zone's region; null: a population's shards may be anywhere
     */
    record PinJson(
            String name,
            @Nullable String key,
            @Nullable String prefix,
            String to,
            Instant until,
            @Nullable Boolean holds) {
        static PinJson of(ControlState state, Pin pin) {
            return new PinJson(
                    pin.name(),
                    pin.prefix() ? null : pin.key(),
                    pin.prefix() ? pin.key() : null,
                    pin.zone().name(),
                    pin.until(),
                    pin.prefix() ? null : (Boolean) pin.holds(state));
        }
    }

    record PinsJson(List<PinJson> pins) {}

    @GET
    @ApiOperation("Who is pinned where, by name")
    public PinsJson listPins() throws InterruptedException {
        ControlState state = api.read();
        return new PinsJson(state.assignments().pins().stream()
                .map(pin -> PinJson.of(state, pin))
                .toList());
    }

    @POST
    @ApiOperation(
            value = "Sends a user, or a population, to a zone of the region that owns their shards, until a time",
            done = 201,
            refuses = {NO_TOPOLOGY, UNKNOWN_ZONE, NOT_SHARDED, NAME_TAKEN, LIMIT_REACHED})
    public RestResponse<PinJson> createPin(
            @RequestBody(ref = "Pin") @Nullable String body, @BeanParam ChangeOptions options)
            throws InterruptedException {
        Pin wanted = Documents.read(body, FORM, Set.of("name", "key", "prefix", "to", "until"), PinResource::read);
        ControlState then = api.change(new Command.PinUsers(options.key(), clock.instant(), wanted), options)
                .then();
        PinJson made = PinJson.of(then, wanted);
        return options.dry()
                ? RestResponse.ok(made)
                : RestResponse.ResponseBuilder.<PinJson>create(Response.Status.CREATED, made)
                        .location(URI.create("/api/v1/pins/" + made.name()))
                        .build();
    }

    @GET
    @Path("/{name}")
    @ApiOperation(value = "A pin", refuses = UNKNOWN_PIN)
    public PinJson getPin(@PathParam("name") String name) throws InterruptedException {
        ControlState state = api.read();
        return find(state, name)
                .map(pin -> PinJson.of(state, pin))
                .orElseThrow(() -> new RefusedException(UNKNOWN_PIN, "there is no pin '" + name + "'"));
    }

    @DELETE
    @Path("/{name}")
    @ApiOperation(value = "Takes a pin away", refuses = UNKNOWN_PIN)
    public PinsJson deletePin(@PathParam("name") String name, @BeanParam ChangeOptions options)
            throws InterruptedException {
        ControlState then = api.change(new Command.UnpinUsers(options.key(), clock.instant(), name), options)
                .then();
        return new PinsJson(then.assignments().pins().stream()
                .map(pin -> PinJson.of(then, pin))
                .toList());
    }

    private static Optional<Pin> find(ControlState state, String name) {
        return state.assignments().pins().stream()
                .filter(pin -> pin.name().equals(name))
                .findFirst();
    }

    private static Pin read(JsonNode document, List<Problem.Fault> faults) {
        String name = Documents.text(document, "name", "a name such as \"grey\"", faults);
        if (!name.isEmpty() && !name.matches(NAME)) {
            faults.add(new Problem.Fault("/name", "up to 63 lower-case letters, digits and hyphens, a letter first"));
        }
        boolean prefix = document.hasNonNull("prefix");
        if (prefix == document.hasNonNull("key")) {
            faults.add(new Problem.Fault("/key", "either \"key\" or \"prefix\""));
        }
        String key = Documents.text(
                document,
                prefix ? "prefix" : "key",
                prefix ? "what keys begin with, such as \"stress-\"" : "a user's key such as \"alice\"",
                faults);
        String to = Documents.text(document, "to", "a zone such as \"east-2\"", faults);
        Instant until = until(document, faults);
        return new Pin(name, key, prefix, ZoneId.of(to), until);
    }

    private static Instant until(JsonNode document, List<Problem.Fault> faults) {
        String text = Documents.text(document, "until", "a time such as \"2027-01-01T00:00:00Z\"", faults);
        try {
            return text.isEmpty() ? Instant.EPOCH : Instant.parse(text);
        } catch (DateTimeException e) {
            faults.add(new Problem.Fault("/until", "a time in UTC such as \"2027-01-01T00:00:00Z\""));
            return Instant.EPOCH;
        }
    }
}
