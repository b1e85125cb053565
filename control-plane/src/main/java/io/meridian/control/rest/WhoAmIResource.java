package io.meridian.control.rest;

import io.meridian.control.access.Actor;
import io.meridian.control.access.Role;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Whose token this is and what it is good for, so that nobody has to try what they may not. */
@Path("/api/v1/whoami")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "access")
@RunOnVirtualThread
public class WhoAmIResource {
    private final Caller caller;

    public WhoAmIResource(Caller caller) {
        this.caller = caller;
    }

    /** @param roles as given @param may every role whose acts are open, those that another one includes too */
    record WhoAmIJson(String name, List<String> roles, List<String> may) {}

    @GET
    @ApiOperation("Whose token this is, and what it may do; answers without a quorum, too")
    public WhoAmIJson whoAmI() {
        Actor actor = caller.actor();
        return new WhoAmIJson(
                actor.name(),
                actor.roles().stream().map(Role::text).toList(),
                Arrays.stream(Role.values()).filter(actor::may).map(Role::text).toList());
    }
}
