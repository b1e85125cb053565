package io.meridian.control.rest;

import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Whatever goes wrong is answered as a problem document. */
public class ProblemMappers {
    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    @ServerExceptionMapper
    public Response refused(RefusedException refused) {
        LOG.debugf("refused problem=%s", refused.problem());
        return Problems.response(refused.problem());
    }

    /** Nothing went wrong: it lasts until somebody has looked at it. */
    @ServerExceptionMapper
    public Response waits(WaitsForApprovalException waits) {
        String id = waits.approval().id();
        return Response.accepted(ApprovalResource.ApprovalJson.of(waits.approval(), Instant.now(Clock.systemUTC())))
                .type(MediaType.APPLICATION_JSON_TYPE)
                .location(URI.create("/api/v1/approvals/" + id))
                .build();
    }

    /** A page of the console is no file: the browser gets the console, which knows its pages. */
    @ServerExceptionMapper
    public Response notFound(NotFoundException e, UriInfo uri, HttpHeaders headers) throws IOException {
        boolean page = headers.getAcceptableMediaTypes().stream().anyMatch(MediaType.TEXT_HTML_TYPE::equals)
                && !uri.getPath().startsWith("/api/")
                && !uri.getPath().startsWith("/q/");
        if (page) {
            try (InputStream console = Thread.currentThread()
                    .getContextClassLoader()
                    .getResourceAsStream("META-INF/resources/index.html")) {
                if (console != null) {
                    return Response.ok(console.readAllBytes(), MediaType.TEXT_HTML_TYPE)
                            .build();
                }
            }
        }
        return Problems.plain(404, "Not Found", "there is nothing at " + uri.getPath());
    }

    @ServerExceptionMapper
    public Response byHttp(WebApplicationException e) {
        Response.StatusType status = e.getResponse().getStatusInfo();
        String detail = String.valueOf(e.getMessage());
        return Problems.plain(status.getStatusCode(), status.getReasonPhrase(), detail);
    }

    @ServerExceptionMapper
    public Response defect(Throwable defect) {
        LOG.error("a request failed by a defect of ours", defect);
        return Problems.plain(500, "Internal Server Error", "this is a defect; the node's log has it");
    }
}
