package io.meridian.control.rest;

import io.meridian.control.certificate.RunFacts;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.Run;
import io.meridian.topology.ProblemType;
import io.meridian.topology.certificate.CanonicalJson;
import io.meridian.topology.certificate.SigningKey;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;

/** What can be kept and checked without a control plane. Both are given in their canonical form, so that the bytes are the same for ever. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
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
    public String certificate(@PathParam("id") String id) throws InterruptedException {
        ControlState state = api.read();
        Optional<String> kept = state.run(id).isPresent()
                ? Optional.empty()
                : history.certificates().find(id);
        if (kept.isPresent()) {
            return kept.get();
        }
        Run run = MoveResource.find(state, id);
        return CanonicalJson.write(RunFacts.document(run, state.keys())
                .orElseThrow(() -> new RefusedException(
                        ProblemType.NO_CERTIFICATE,
                        run.ended()
                                ? "run " + id + " ended before runs that moved nothing got a certificate"
                                : "run " + id + " is " + run.state().name()
                                        + "; it has a certificate when it has ended")));
    }

    @GET
    @Path("/keys")
    public String keys() throws InterruptedException {
        return CanonicalJson.write(SigningKey.tree(api.read().keys().keys()));
    }
}
