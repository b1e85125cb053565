package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.NO_CERTIFICATE;
import static io.meridian.topology.ProblemType.UNKNOWN_RUN;

import io.meridian.control.certificate.RunFacts;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.Run;
import io.meridian.topology.certificate.CanonicalJson;
import io.meridian.topology.certificate.SigningKey;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What can be kept and checked without a control plane. Both are given in their canonical form, so that the bytes are the same for ever. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "certificates")
@RunOnVirtualThread
public class CertificateResource {
    private final Api api;
    private final History history;

    public CertificateResource(Api api, History history) {
        this.api = api;
        this.history = history;
    }

    @GET
    @Path("/runs/{id}/certificate")
    @ApiOperation(
            value = "What a run proves, in canonical form, to be kept and checked without a control plane",
            refuses = {UNKNOWN_RUN, NO_CERTIFICATE})
    @APIResponse(
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "SignedCertificate")))
    public String getCertificate(@PathParam("id") String id) throws InterruptedException {
        ControlState state = api.read();
        Optional<String> kept = state.run(id).isPresent()
                ? Optional.empty()
                : history.certificates().find(id);
        if (kept.isPresent()) {
            return kept.get();
        }
        Run run = state.run(id).orElseThrow(() -> Runs.unknown(id));
        return CanonicalJson.write(RunFacts.document(run, state.keys())
                .orElseThrow(() -> new RefusedException(
                        NO_CERTIFICATE,
                        run.ended()
                                ? "run " + id + " ended before runs that moved nothing got a certificate"
                                : "run " + id + " is " + run.state().name()
                                        + "; it has a certificate when it has ended")));
    }

    @GET
    @Path("/keys")
    @ApiOperation("The key ring to check certificates with, in canonical form")
    @APIResponse(content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "KeyRing")))
    public String getKeys() throws InterruptedException {
        return CanonicalJson.write(SigningKey.tree(api.read().keys().keys()));
    }
}
