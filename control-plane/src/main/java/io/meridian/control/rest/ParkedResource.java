package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.INVALID_ARGUMENT;
import static io.meridian.topology.ProblemType.LIMIT_REACHED;
import static io.meridian.topology.ProblemType.NOT_PARKED;
import static io.meridian.topology.ProblemType.NOT_SKIPPABLE;
import static io.meridian.topology.ProblemType.NO_TOPOLOGY;
import static io.meridian.topology.ProblemType.ORDER_PENDING;
import static io.meridian.topology.ProblemType.SHARD_OUT_OF_RANGE;
import static io.meridian.topology.ProblemType.UNKNOWN_GROUP;
import static io.meridian.topology.ProblemType.UNKNOWN_ORDER;
import static io.meridian.topology.ProblemType.UNKNOWN_REGION;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.control.ControlPlane;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.orders.AgentOrder;
import io.meridian.control.parking.ParkedDecider;
import io.meridian.control.parking.ParkedOrder;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.topology.Problem;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Changes that wait in a store because they cannot take effect there, and what a person decides of them. */
@Path("/api/v1/parked")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "parked")
@RunOnVirtualThread
public class ParkedResource {
    private static final int POSITION_LENGTH = 200;

    private final Api api;
    private final ControlPlane plane;
    private final Clock clock = Clock.systemUTC();

    public ParkedResource(Api api, ControlPlane plane) {
        this.api = api;
        this.plane = plane;
    }

    /**
     * @param region where it waits
     * @param source where it comes from
     * @param waiting {@code BARRIER} (for what comes before it) or {@code REFUSED} (by the store); others may come
     * @param position of the oldest change that waits; so {@code epoch}, {@code reason}
     * @param since by the store's clock
     * @param records how many of the shard wait
     */
    record ParkedJson(
            String region,
            String group,
            String source,
            int shard,
            String waiting,
            String position,
            long epoch,
            String reason,
            Instant since,
            long records,
            long bytes) {}

    /** @param action {@code SKIP} or {@code RETRY} @param state {@code PENDING}, {@code DONE} or {@code FAILED} */
    record ParkedOrderJson(
            String id,
            String state,
            @Nullable String problem,
            String action,
            String region,
            String group,
            String source,
            int shard,
            String position,
            String by,
            @Nullable String reason,
            Instant askedAt,
            @Nullable Instant endedAt) {
        static ParkedOrderJson of(ParkedOrder order) {
            return new ParkedOrderJson(
                    order.id(),
                    order.progress().name(),
                    order.problem().isEmpty() ? null : order.problem(),
                    order.action().name(),
                    order.region().name(),
                    order.group(),
                    order.source().name(),
                    order.shard().number(),
                    order.position(),
                    order.by(),
                    order.reason().isEmpty() ? null : order.reason(),
                    order.askedAt(),
                    order.endedAt().orElse(null));
        }
    }

    /** What a person asked for, beside the place. */
    private record Wish(String position, String reason) {}

    @GET
    @ApiOperation("What waits in which store, by shard and source, the oldest of each with its reason")
    public List<ParkedJson> listParked() throws InterruptedException {
        ControlState state = api.read();
        var parked = plane.parked(state);
        return state.agents().values().stream()
                .flatMap(agent ->
                        parked.getOrDefault(agent.key(), List.of()).stream().map(waiting -> json(agent, waiting)))
                .toList();
    }

    private static ParkedJson json(AgentObservation agent, AgentObservation.Parked parked) {
        return new ParkedJson(
                agent.region().name(),
                agent.group(),
                parked.source().name(),
                parked.shard().number(),
                parked.waiting(),
                parked.position(),
                parked.epoch(),
                parked.reason(),
                parked.since(),
                parked.records(),
                parked.bytes());
    }

    @POST
    @Path("/{region}/{group}/{source}/{shard}/skip")
    @ApiOperation(
            value = "Lets a store never take the oldest change that it refuses; its copy differs by it from then on",
            done = 202,
            refuses = {
                NO_TOPOLOGY,
                UNKNOWN_REGION,
                UNKNOWN_GROUP,
                SHARD_OUT_OF_RANGE,
                NOT_PARKED,
                NOT_SKIPPABLE,
                ORDER_PENDING,
                LIMIT_REACHED
            })
    public RestResponse<ParkedOrderJson> skipParked(
            @PathParam("region") String region,
            @PathParam("group") String group,
            @PathParam("source") String source,
            @PathParam("shard") String shard,
            @RequestBody(ref = "Skip") @Nullable String body,
            @BeanParam ChangeOptions options)
            throws InterruptedException {
        Wish wish = Documents.read(
                body,
                "a skip is {\"position\":\"0/1A2B3C4D\",\"reason\":\"that table was dropped here\"}",
                Set.of("position", "reason"),
                (document, faults) -> new Wish(position(document, faults), reason(document, faults)));
        return order(region, group, source, shard, ParkedOrder.Action.SKIP, wish, options);
    }

    @POST
    @Path("/{region}/{group}/{source}/{shard}/retry")
    @ApiOperation(
            value = "Tries the oldest change that waits now, not when its turn comes",
            done = 202,
            refuses = {
                NO_TOPOLOGY,
                UNKNOWN_REGION,
                UNKNOWN_GROUP,
                SHARD_OUT_OF_RANGE,
                NOT_PARKED,
                ORDER_PENDING,
                LIMIT_REACHED
            })
    public RestResponse<ParkedOrderJson> retryParked(
            @PathParam("region") String region,
            @PathParam("group") String group,
            @PathParam("source") String source,
            @PathParam("shard") String shard,
            @RequestBody(ref = "ParkedRetry") @Nullable String body,
            @BeanParam ChangeOptions options)
            throws InterruptedException {
        Wish wish = Documents.read(
                body,
                "a retry is {\"position\":\"0/1A2B3C4D\"}",
                Set.of("position"),
                (document, faults) -> new Wish(position(document, faults), ""));
        return order(region, group, source, shard, ParkedOrder.Action.RETRY, wish, options);
    }

    @GET
    @Path("/orders/{id}")
    @ApiOperation(value = "What became of a skip or a retry; the newest are kept", refuses = UNKNOWN_ORDER)
    public ParkedOrderJson getParkedOrder(@PathParam("id") String id) throws InterruptedException {
        return ParkedOrderJson.of(find(api.read(), id));
    }

    private RestResponse<ParkedOrderJson> order(
            String region,
            String group,
            String source,
            String shard,
            ParkedOrder.Action action,
            Wish wish,
            ChangeOptions options)
            throws InterruptedException {
        var asked = new Command.OrderParked(
                options.key(),
                clock.instant(),
                RegionId.of(region),
                group,
                RegionId.of(source),
                number(shard),
                wish.position(),
                action,
                wish.reason());
        ControlState state = api.read();
        Optional<Problem> unfit = ParkedDecider.nowhere(state, asked)
                .or(() -> ParkedDecider.unfit(
                        plane.parked(state)
                                .getOrDefault(AgentObservation.key(asked.region(), asked.group()), List.of()),
                        asked));
        // Done by the first request with this key, whose answer was lost, it waits no more.
        if (unfit.isPresent() && !Decider.remembers(state, asked)) {
            throw new RefusedException(unfit.get());
        }
        Api.Came came = api.change(asked, options);
        var order = ParkedOrderJson.of(find(came.then(), came.receipt().subject()));
        return options.dry()
                ? RestResponse.ok(order)
                : RestResponse.ResponseBuilder.<ParkedOrderJson>create(Response.Status.ACCEPTED, order)
                        .location(URI.create("/api/v1/parked/orders/" + order.id()))
                        .build();
    }

    private static ParkedOrder find(ControlState state, String id) {
        return state.parkedOrders()
                .find(id)
                .orElseThrow(() -> new RefusedException(UNKNOWN_ORDER, "there is no order '" + id + "'"));
    }

    private static ShardId number(String shard) {
        if (!shard.matches("[0-9]{1,9}")) {
            throw new RefusedException(
                    INVALID_ARGUMENT, "'" + shard + "' is no number of a shard; ./meridian parked lists what waits");
        }
        return ShardId.of(Integer.parseInt(shard));
    }

    private static String position(JsonNode document, List<Problem.Fault> faults) {
        String position = Documents.text(document, "position", "as GET /api/v1/parked tells it", faults);
        if (position.length() > POSITION_LENGTH) {
            faults.add(new Problem.Fault("/position", "as GET /api/v1/parked tells it"));
        }
        return position;
    }

    private static String reason(JsonNode document, List<Problem.Fault> faults) {
        String reason = Documents.text(document, "reason", "why this copy may do without it", faults);
        if (reason.length() > AgentOrder.REASON_LENGTH) {
            faults.add(new Problem.Fault("/reason", "1 to " + AgentOrder.REASON_LENGTH + " characters"));
        }
        return reason;
    }
}
