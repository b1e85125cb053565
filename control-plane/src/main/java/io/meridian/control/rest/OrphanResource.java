package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.NO_TOPOLOGY;
import static io.meridian.topology.ProblemType.UNKNOWN_REGION;

import io.meridian.control.ControlPlane;
import io.meridian.control.feed.OrphanSeen;
import io.meridian.topology.RegionId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Writes that are in no lineage, and what became of them. */
@Path("/api/v1/orphans")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "orphans")
@RunOnVirtualThread
public class OrphanResource {
    private static final long SHARDS = 65_535;

    private final ControlPlane plane;
    private final Api api;

    public OrphanResource(ControlPlane plane, Api api) {
        this.plane = plane;
        this.api = api;
    }

    /**
     * @param region that tells of it
     * @param source that wrote it; {@code position}, {@code shard} and {@code index} say where there
     * @param key columns of the primary key
     * @param operation {@code INSERT}, {@code UPDATE} or {@code DELETE}
     * @param content a JSON object, columns to texts; cut when it is long
     * @param decision {@code SALVAGED}, {@code REJECTED}, {@code MERGED} or {@code DROPPED}; null: it waits for one
     * @param ours what the owner had when it decided, as {@code content}; null: no row, or not decided
     * @param revised what a person made of the decision since
     */
    record OrphanJson(
            String region,
            String group,
            String source,
            String position,
            int shard,
            long index,
            long epoch,
            String table,
            Map<String, String> key,
            String operation,
            String content,
            @Nullable String decision,
            @Nullable String reason,
            @Nullable String ours,
            Instant foundAt,
            @Nullable Instant committedAt,
            @Nullable RevisedJson revised) {}

    /** @param verdict {@code SALVAGED} or {@code REJECTED} */
    record RevisedJson(String verdict, String by, String reason, Instant at) {}

    @GET
    @ApiOperation(
            value =
                    "Writes that came behind a cut, the newest 100 of each region whose agent is attached to the node that answers",
            refuses = {NO_TOPOLOGY, UNKNOWN_REGION})
    public List<OrphanJson> listOrphans(
            @QueryParam("region") @Nullable String region,
            @QueryParam("shard") @Nullable String shard,
            @QueryParam("open") @Nullable String open) {
        long wanted = shard == null ? -1 : Pages.number("shard", shard, 0, 0, SHARDS);
        boolean openOnly = Pages.flag("open", open);
        RegionId only = region == null ? null : DeclaredRegions.find(api.local(), region);
        return plane.orphans().stream()
                .filter(orphan -> only == null || orphan.region().equals(only))
                .filter(orphan -> wanted < 0 || orphan.shard() == wanted)
                .filter(orphan -> !openOnly || orphan.decision().isEmpty())
                .map(OrphanResource::json)
                .toList();
    }

    private static OrphanJson json(OrphanSeen orphan) {
        return new OrphanJson(
                orphan.region().name(),
                orphan.group(),
                orphan.source().name(),
                orphan.position(),
                orphan.shard(),
                orphan.index(),
                orphan.epoch(),
                orphan.table(),
                Documents.texts(orphan.key()),
                orphan.operation(),
                orphan.content(),
                orNull(orphan.decision()),
                orNull(orphan.reason()),
                orNull(orphan.ours()),
                orphan.foundAt(),
                orphan.committedAt().orElse(null),
                orphan.revised()
                        .map(revised ->
                                new RevisedJson(revised.verdict(), revised.by(), revised.reason(), revised.at()))
                        .orElse(null));
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
