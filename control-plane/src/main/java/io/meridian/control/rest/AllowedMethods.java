package io.meridian.control.rest;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Says what a path allows, where that was asked, or something else was tried; the framework leaves that out, or says what the whole class has. */
@Provider
public class AllowedMethods implements ContainerResponseFilter {
    private static final Pattern NAMED = Pattern.compile("\\{[^}]+}");

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        boolean refused = response.getStatus() == Response.Status.METHOD_NOT_ALLOWED.getStatusCode();
        boolean asked = request.getMethod().equals(HttpMethod.OPTIONS) && response.getStatus() == 200;
        if (!refused && !asked) {
            return;
        }
        String path = request.getUriInfo().getPath();
        var allowed = new TreeSet<String>();
        for (String operation : Permissions.ALL.keySet()) {
            int space = operation.indexOf(' ');
            if (path.matches(NAMED.matcher(operation.substring(space + 1)).replaceAll("[^/]+"))) {
                allowed.add(operation.substring(0, space));
            }
        }
        if (!allowed.isEmpty()) {
            if (allowed.contains(HttpMethod.GET)) {
                allowed.add(HttpMethod.HEAD);
            }
            allowed.add(HttpMethod.OPTIONS);
            response.getHeaders().putSingle(HttpHeaders.ALLOW, String.join(", ", allowed));
        }
    }
}
