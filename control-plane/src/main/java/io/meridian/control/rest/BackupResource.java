package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.CLUSTER_NOT_EMPTY;
import static io.meridian.topology.ProblemType.LOGIC_NOT_SUPPORTED;
import static io.meridian.topology.ProblemType.NO_TOPOLOGY;

import io.meridian.control.command.Command;
import io.meridian.control.raft.BackupCodec;
import io.meridian.control.raft.StateCodec;
import io.meridian.control.state.ControlState;
import io.meridian.topology.RegionId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** The whole state out, and into an empty control plane. */
@Path("/api/v1")
@Tag(name = "backup")
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
    @ApiOperation("The whole state, to be kept")
    public RestResponse<byte[]> getBackup() throws InterruptedException {
        ControlState state = api.read();
        return RestResponse.ResponseBuilder.ok(backups.write(state, clock.instant()))
                .header("Content-Disposition", "attachment; filename=\"meridian-" + state.revision() + ".backup\"")
                .build();
    }

    /** @param awaited how many shards wait for each region's fences; empty when the restore is over */
    record RestoreJson(long revision, List<String> changes, Map<String, Long> awaited) {}

    @POST
    @Path("/restore")
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @ApiOperation(
            value = "Puts a backup into an empty control plane",
            done = 202,
            refuses = {CLUSTER_NOT_EMPTY, LOGIC_NOT_SUPPORTED, NO_TOPOLOGY})
    public RestResponse<RestoreJson> restore(@RequestBody(ref = "Backup") byte[] body, @BeanParam ChangeOptions options)
            throws InterruptedException {
        BackupCodec.Read.Good backup = switch (backups.read(body)) {
            case BackupCodec.Read.Bad bad -> throw new RefusedException(bad.why());
            case BackupCodec.Read.Good good -> good;
        };
        Api.Came came = api.change(
                new Command.Restore(options.key(), clock.instant(), backup.checksum(), backup.state()), options);
        var restore =
                new RestoreJson(came.receipt().at().number(), came.receipt().changes(), awaited(came.then()));
        return options.dry()
                ? RestResponse.ok(restore)
                : RestResponse.ResponseBuilder.<RestoreJson>create(Response.Status.ACCEPTED, restore)
                        .location(URI.create("/api/v1/restore"))
                        .build();
    }

    @GET
    @Path("/restore")
    @Produces(MediaType.APPLICATION_JSON)
    @ApiOperation("How far a restore is")
    public RestoreJson getRestore() throws InterruptedException {
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
