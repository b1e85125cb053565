package io.meridian.control.rest;

import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import jakarta.annotation.Priority;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Refuses query parameters that the operation does not know, are empty, or are given twice: a misspelled {@code dryRun} would change something. */
@Provider
@Priority(Priorities.USER + 1)
public class KnownParameters implements ContainerRequestFilter {
    private static final String KEY = "Idempotency-Key";

    private final Map<Method, SortedSet<String>> known = new ConcurrentHashMap<>();

    @Context
    @Nullable
    ResourceInfo matched;

    @Override
    public void filter(ContainerRequestContext request) {
        ResourceInfo resource = matched;
        if (resource == null || resource.getResourceMethod() == null) {
            return;
        }
        SortedSet<String> names = known.computeIfAbsent(
                resource.getResourceMethod(), method -> of(method).collect(Collectors.toCollection(TreeSet::new)));
        if ("".equals(request.getHeaderString(KEY))) {
            refuse(request, "the header " + KEY + " says nothing; leave it out");
            return;
        }
        request.getUriInfo().getQueryParameters().forEach((name, values) -> {
            if (!names.contains(name)) {
                refuse(
                        request,
                        "there is no query parameter '" + name + "' here; there is "
                                + (names.isEmpty() ? "none" : names));
            } else if (values.contains("")) {
                refuse(request, "the query parameter '" + name + "' says nothing; leave it out");
            } else if (values.size() > 1) {
                refuse(request, "the query parameter '" + name + "' is given " + values.size() + " times");
            }
        });
    }

    private static Stream<String> of(Method method) {
        return Stream.of(method.getParameters())
                .flatMap(parameter -> parameter.isAnnotationPresent(BeanParam.class)
                        ? Stream.of(parameter.getType().getDeclaredFields()).flatMap(KnownParameters::name)
                        : name(parameter));
    }

    private static Stream<String> name(AnnotatedElement element) {
        return Optional.ofNullable(element.getAnnotation(QueryParam.class)).map(QueryParam::value).stream();
    }

    private static void refuse(ContainerRequestContext request, String detail) {
        request.abortWith(Problems.response(Problem.of(ProblemType.INVALID_ARGUMENT, detail)));
    }
}
