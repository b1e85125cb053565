package io.meridian.control.rest;

import io.meridian.control.command.Command;
import io.meridian.control.command.Outcome;
import io.meridian.control.raft.BackupCodec;
import io.meridian.control.raft.StateCodec;
import io.meridian.control.state.ControlState;
import io.meridian.topology.RegionId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The whole state out, and into an empty control plane. */
@Path("/api/v1")
@RunOnVirtualThread
public class BackupResource {
    private final Api api;
    private final BackupCodec backups = new BackupCodec(new StateCodec());
    private final Clock clock = Clock.systemUTC();

    public BackupResource(Api api) {
        this.api = api;
    }

    @GET
    @Path("/backup")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    public Response backup() throws InterruptedException {
        ControlState state = api.read();
        return Response.ok(backups.write(state, clock.instant()))
                .header("Content-Disposition", "attachment; filename=\"meridian-" + state.revision() + ".backup\"")
                .build();
    }

    /** @param awaited how many shards wait for each region's fences; empty when the restore is over */
    record RestoreJson(long revision, List<String> changes, Map<String, Long> awaited) {}

    @POST
    @Path("/restore")
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    public RestoreJson restore(
            byte[] body, @QueryParam("dryRun") boolean dryRun, @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        BackupCodec.Read.Good backup = switch (backups.read(body)) {
            case BackupCodec.Read.Bad bad -> throw new RefusedException(bad.why());
            case BackupCodec.Read.Good good -> good;
        };
        if (dryRun) {
            Outcome.Previewed preview =
                    api.preview(new Command.Restore("", clock.instant(), backup.checksum(), backup.state()));
            return new RestoreJson(
                    preview.receipt().at().number(), preview.receipt().changes(), awaited(preview.then()));
        }
        var committed =
                api.commit(new Command.Restore(Api.keyOr(key), clock.instant(), backup.checksum(), backup.state()));
        return new RestoreJson(
                committed.receipt().at().number(), committed.receipt().changes(), awaited(api.local()));
    }

    @GET
    @Path("/restore")
    @Produces(MediaType.APPLICATION_JSON)
    public RestoreJson progress() throws InterruptedException {
        ControlState state = api.read();
        return new RestoreJson(state.revision().number(), List.of(), awaited(state));
    }

    private static Map<String, Long> awaited(ControlState state) {
        var awaited = new TreeMap<String, Long>();
        state.declared()
                .ifPresent(declared -> declared.topology().regions().forEach(region -> {
                    RegionId id = region.id();
                    long shards = state.restoring().rows().keySet().stream()
                            .filter(shard -> state.restoring().awaits(id, shard))
                            .count();
                    if (shards > 0) {
                        awaited.put(id.name(), shards);
                    }
                }));
        return awaited;
    }
}
