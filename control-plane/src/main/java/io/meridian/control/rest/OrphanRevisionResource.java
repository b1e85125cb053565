package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.INVALID_ARGUMENT;
import static io.meridian.topology.ProblemType.LIMIT_REACHED;
import static io.meridian.topology.ProblemType.NOT_REPAIRABLE;
import static io.meridian.topology.ProblemType.NO_TOPOLOGY;
import static io.meridian.topology.ProblemType.ORDER_PENDING;
import static io.meridian.topology.ProblemType.SHARD_OUT_OF_RANGE;
import static io.meridian.topology.ProblemType.UNKNOWN_ORDER;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.control.command.Command;
import io.meridian.control.orders.AgentOrder;
import io.meridian.control.revising.RevisionOrder;
import io.meridian.control.revising.RevisionOrder.Verdict;
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
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** What people decide of orphans that were decided before, and what became of that. */
@Path("/api/v1/orphans/revisions")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "orphans")
@RunOnVirtualThread
public class OrphanRevisionResource {
    private final Api api;
    private final Clock clock = Clock.systemUTC();

    public OrphanRevisionResource(Api api) {
        this.api = api;
    }

    /**
     * @param state {@code PENDING}, {@code DONE} or {@code FAILED}
     * @param verdict {@code SALVAGE} or {@code REJECT}
     * @param source that wrote it; {@code position}, {@code shard} and {@code index} say where there
     * @param region that owned the shard when it was asked for, whose agent does it
     * @param over the state of the rows that may be overwritten, as asked; null: only what the decision left
     * @param present not done since the rows were written meanwhile: how they are, a JSON array of objects, null where there is none; cut when it is long
     * @param presentOver a name of just that state, as {@code over} of an order that overwrites it; null: no order could
     */
    record OrphanRevisionJson(
            String id,
            String state,
            @Nullable String problem,
            String verdict,
            String source,
            String position,
            int shard,
            int index,
            String region,
            String group,
            @Nullable String over,
            @Nullable String present,
            @Nullable String presentOver,
            String by,
            String reason,
            Instant askedAt,
            @Nullable Instant endedAt) {
        static OrphanRevisionJson of(RevisionOrder order) {
            return new OrphanRevisionJson(
                    order.id(),
                    order.progress().name(),
                    orNull(order.told().problem()),
                    order.verdict().name(),
                    order.orphan().source().name(),
                    order.orphan().position(),
                    order.orphan().shard().number(),
                    order.orphan().index(),
                    order.region().name(),
                    order.group(),
                    orNull(order.over()),
                    orNull(order.told().present()),
                    orNull(order.told().over()),
                    order.by(),
                    order.reason(),
                    order.askedAt(),
                    order.endedAt().orElse(null));
        }

        private static @Nullable String orNull(String text) {
            return text.isEmpty() ? null : text;
        }
    }

    private record Wish(RevisionOrder.Orphan orphan, Verdict verdict, String over, String reason) {}

    @GET
    @ApiOperation("Orders to decide orphans otherwise, newest first: those under way, and the newest 50 of the others")
    public List<OrphanRevisionJson> listOrphanRevisions() throws InterruptedException {
        return api.read().revisionOrders().all().stream()
                .sorted(Comparator.comparingLong(OrphanRevisionResource::number).reversed())
                .map(OrphanRevisionJson::of)
                .toList();
    }

    /** In the order in which they were asked for. */
    private static long number(RevisionOrder order) {
        return Long.parseLong(order.id().substring(order.id().indexOf('-') + 1));
    }

    @POST
    @ApiOperation(
            value = "Decides an orphan otherwise than it was: its write takes effect after all, or never did",
            done = 202,
            refuses = {NO_TOPOLOGY, SHARD_OUT_OF_RANGE, INVALID_ARGUMENT, NOT_REPAIRABLE, ORDER_PENDING, LIMIT_REACHED})
    public RestResponse<OrphanRevisionJson> reviseOrphan(
            @RequestBody(ref = "OrphanRevision") @Nullable String body, @BeanParam ChangeOptions options)
            throws InterruptedException {
        Wish wish = Documents.read(
                body,
                "a revision is {\"source\":\"east\",\"position\":\"73.1/0/1A2B3C4D/0\",\"shard\":17,\"index\":0,\"verdict\":\"SALVAGE\",\"reason\":\"the customer paid\"}",
                Set.of("source", "position", "shard", "index", "verdict", "over", "reason"),
                OrphanRevisionResource::wish);
        Api.Came came = api.change(
                new Command.ReviseOrphan(
                        options.key(), clock.instant(), wish.orphan(), wish.verdict(), wish.over(), wish.reason()),
                options);
        var order = OrphanRevisionJson.of(find(came.then(), came.receipt().subject()));
        return options.dry()
                ? RestResponse.ok(order)
                : RestResponse.ResponseBuilder.<OrphanRevisionJson>create(Response.Status.ACCEPTED, order)
                        .location(URI.create("/api/v1/orphans/revisions/" + order.id()))
                        .build();
    }

    @GET
    @Path("/{id}")
    @ApiOperation(value = "What became of an order to decide an orphan otherwise", refuses = UNKNOWN_ORDER)
    public OrphanRevisionJson getOrphanRevision(@PathParam("id") String id) throws InterruptedException {
        return OrphanRevisionJson.of(find(api.read(), id));
    }

    private static RevisionOrder find(ControlState state, String id) {
        return state.revisionOrders()
                .find(id)
                .orElseThrow(() -> new RefusedException(UNKNOWN_ORDER, "there is no order '" + id + "'"));
    }

    private static Wish wish(JsonNode document, List<Problem.Fault> faults) {
        var orphan = new RevisionOrder.Orphan(
                RegionId.of(text(document, "source", faults)),
                text(document, "position", faults),
                ShardId.of(Documents.whole(document, "shard", 0, Integer.MAX_VALUE, faults)),
                Documents.whole(document, "index", 0, Integer.MAX_VALUE, faults));
        String reason = Documents.text(document, "reason", "why it is overruled", faults);
        if (reason.length() > AgentOrder.REASON_LENGTH) {
            faults.add(new Problem.Fault("/reason", "1 to " + AgentOrder.REASON_LENGTH + " characters"));
        }
        String over = document.has("over")
                ? Documents.text(document, "over", "as the order before answered it; or leave it out", faults)
                : "";
        return new Wish(orphan, verdict(document, faults), over, reason);
    }

    private static String text(JsonNode document, String name, List<Problem.Fault> faults) {
        return Documents.text(document, name, "as GET /api/v1/orphans tells it", faults);
    }

    private static Verdict verdict(JsonNode document, List<Problem.Fault> faults) {
        Optional<Verdict> known = Arrays.stream(Verdict.values())
                .filter(verdict ->
                        verdict.name().equals(document.path("verdict").asText()))
                .findFirst();
        if (known.isEmpty()) {
            faults.add(new Problem.Fault("/verdict", "SALVAGE or REJECT"));
        }
        return known.orElse(Verdict.SALVAGE);
    }
}
