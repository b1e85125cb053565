package io.meridian.control.rest;

import io.meridian.control.access.Actor;
import io.meridian.control.access.Role;
import io.meridian.control.access.TwoPersonRule;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Lets nobody at an operation without the role that {@link Permissions} names. */
@jakarta.ws.rs.ext.Provider
public class RoleFilter implements ContainerRequestFilter {
    private static final Logger LOG = Logger.getLogger(RoleFilter.class);

    private final Provider<Caller> caller;

    @Context
    @Nullable
    ResourceInfo matched;

    @Inject
    public RoleFilter(Provider<Caller> caller) {
        this.caller = caller;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        ResourceInfo resource = matched;
        if (resource == null || resource.getResourceClass() == null) {
            return;
        }
        String path = path(resource.getResourceClass(), resource.getResourceMethod());
        if (!path.startsWith("/api/")) {
            return;
        }
        Optional<Permissions.Needs> needs = Permissions.of(request.getMethod(), path);
        if (needs.isEmpty()) {
            LOG.errorf(
                    "an operation without a role is refused to everybody operation=%s %s", request.getMethod(), path);
            request.abortWith(Problems.response(Problem.of(
                    ProblemType.FORBIDDEN, "nobody may use " + request.getMethod() + " " + path + ": it has no role")));
            return;
        }
        Role role = dry(request) ? needs.get().dry() : needs.get().role();
        Actor actor = caller.get().actor();
        if (!actor.may(role)) {
            LOG.debugf("refused for want of a role who=%s role=%s operation=%s", actor.name(), role, path);
            request.abortWith(Problems.response(TwoPersonRule.lacks(
                    actor,
                    role,
                    request.getMethod() + " " + request.getUriInfo().getPath())));
        }
    }

    /** Stricter than whoever reads the parameter: what counts as dry here must not be run there. */
    private static boolean dry(ContainerRequestContext request) {
        return List.of("true").equals(request.getUriInfo().getQueryParameters().get("dryRun"));
    }

    static String path(Class<?> resource, Method method) {
        String whole = "/" + path(resource.getAnnotation(Path.class)) + "/" + path(method.getAnnotation(Path.class));
        String clean = whole.replaceAll("/+", "/");
        return clean.endsWith("/") ? clean.substring(0, clean.length() - 1) : clean;
    }

    private static String path(@Nullable Path annotation) {
        return annotation == null ? "" : annotation.value();
    }
}
