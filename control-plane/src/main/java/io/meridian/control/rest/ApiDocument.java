package io.meridian.control.rest;

import io.meridian.topology.ProblemType;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.AnnotationValue;
import org.jboss.jandex.DotName;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.MethodInfo;
import org.jspecify.annotations.Nullable;

/**
 * Completes the API's document: says of each operation all that it answers, refusals with the types of their problems. Most of that follows from
 * the method, the rest stands in its {@link ApiOperation}; parameters and bodies stand in {@code META-INF/openapi.yaml}. Runs when it is built.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class ApiDocument implements OASFilter {
    /** The type of problems that HTTP itself has: no such path, no such method. */
    static final String BY_HTTP = "about:blank";

    private static final String JSON = "application/json";
    private static final DotName DESCRIPTION = DotName.createSimple(ApiOperation.class);
    private static final DotName PRODUCES = DotName.createSimple(jakarta.ws.rs.Produces.class);

    /** A response with more types than this stands with its operation, as no other one has the same. */
    private static final int TYPES_IN_A_NAME = 4;

    private static final Set<ProblemType> ALWAYS = Set.of(
            ProblemType.INVALID_ARGUMENT,
            ProblemType.UNAUTHENTICATED,
            ProblemType.TOKEN_REVOKED,
            ProblemType.TOKEN_EXPIRED,
            ProblemType.FORBIDDEN,
            ProblemType.NOT_READY);
    private static final Set<ProblemType> OF_A_CHANGE =
            Set.of(ProblemType.REASON_MISSING, ProblemType.IDEMPOTENCY_KEY_REUSED, ProblemType.OUTCOME_UNKNOWN);
    private static final Set<ProblemType> OF_A_START = Set.of(
            ProblemType.MOVE_OVERLAPS,
            ProblemType.NOTHING_TO_MOVE,
            ProblemType.BRAKE_ON,
            ProblemType.TOO_MANY_RUNS,
            ProblemType.SAFETY_RULE_BROKEN,
            ProblemType.NOT_SEEDED);

    /** What has an entity tag. */
    private static final Set<String> TAGGED = Set.of("/Topology", "/DrillSchedule");

    private final Map<String, MethodInfo> methods = new HashMap<>();
    private final ApiSchemas schemas;

    public ApiDocument(IndexView index) {
        schemas = new ApiSchemas(index);
        for (AnnotationInstance described : index.getAnnotations(DESCRIPTION)) {
            MethodInfo method = described.target().asMethod();
            MethodInfo other = methods.put(method.name(), method);
            if (other != null
                    && !other.declaringClass()
                            .name()
                            .equals(method.declaringClass().name())) {
                throw new IllegalStateException("two operations are called " + method.name());
            }
        }
    }

    @Override
    public Schema filterSchema(Schema schema) {
        return schemas.renamed(schema);
    }

    @Override
    public void filterOpenAPI(OpenAPI document) {
        schemas.complete(document.getComponents());
        SortedMap<String, APIResponse> shared = new TreeMap<>();
        document.getPaths()
                .getPathItems()
                .forEach((path, item) -> item.getOperations().forEach((verb, operation) -> {
                    describe(path, verb, operation, shared);
                    parameters(operation, document.getComponents().getParameters());
                }));
        shared.forEach(document.getComponents()::addResponse);
    }

    private void describe(String path, PathItem.HttpMethod verb, Operation operation, Map<String, APIResponse> shared) {
        MethodInfo method = methods.get(operation.getOperationId());
        if (method == null) {
            throw new IllegalStateException(verb + " " + path + " does not say what it does: @ApiOperation");
        }
        AnnotationInstance said = method.annotation(DESCRIPTION);
        boolean change = verb != PathItem.HttpMethod.GET;
        operation.setSummary(said.value().asString());
        if (change) {
            Stream.of("dryRun", "Idempotency-Key", "Meridian-Reason")
                    .forEach(name ->
                            operation.addParameter(OASFactory.createParameter().ref(name)));
        }
        var responses = OASFactory.createAPIResponses();
        successes(said, change, content(operation, method)).forEach(responses::addAPIResponse);
        refusals(said, change, operation.getRequestBody() != null).forEach((status, types) -> {
            APIResponse problem = problem(status, types);
            String name =
                    status + "." + problem.getDescription().replace(", ", ".").replace(':', '-');
            if (types.size() <= TYPES_IN_A_NAME) {
                shared.put(name, problem);
                responses.addAPIResponse(
                        status.toString(), OASFactory.createAPIResponse().ref(name));
            } else {
                responses.addAPIResponse(status.toString(), problem);
            }
        });
        if (operation.getRequestBody() != null) {
            // Told by its length, before any of it is read and anybody of ours is asked: so it has no body.
            responses.addAPIResponse("413", OASFactory.createAPIResponse().description("More than 32 MiB"));
        }
        operation.setResponses(responses);
    }

    /** Each as the document's components have it: for this operation, for its tag, or for all. */
    private static void parameters(Operation operation, Map<String, Parameter> described) {
        var parameters = new ArrayList<Parameter>();
        for (Parameter parameter :
                Optional.ofNullable(operation.getParameters()).orElse(List.of())) {
            if (parameter.getRef() != null) {
                parameters.add(parameter);
                continue;
            }
            String name = parameter.getName();
            String component = Stream.of(
                            operation.getOperationId() + "." + name,
                            operation.getTags().getFirst() + "." + name,
                            name)
                    .filter(described::containsKey)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(
                            operation.getOperationId() + ": META-INF/openapi.yaml has no parameter " + name));
            parameters.add(OASFactory.createParameter().ref(component));
        }
        operation.setParameters(parameters);
    }

    private static Map<String, APIResponse> successes(AnnotationInstance said, boolean change, Content content) {
        int done = starts(said) ? 202 : number(said.value("done"));
        var successes = new LinkedHashMap<String, APIResponse>();
        if (change && done != 200) {
            successes.put("200", success("A dry run: what it would come to; nothing was changed", content));
        }
        APIResponse response = success(
                switch (done) {
                    case 201 -> "Made; Location says where it is";
                    case 202 -> "Goes on behind this answer; Location says where that can be followed";
                    default -> change ? "Done; or a dry run, what it would come to" : "As it is";
                },
                content);
        if (done != 200) {
            header(response, "Location", true);
        }
        if (TAGGED.stream().anyMatch(schema(content)::endsWith)) {
            header(response, "ETag", false);
        }
        successes.put(Integer.toString(done), response);
        AnnotationValue waiting = said.value("waiting");
        if (waiting != null) {
            String name = ApiSchemas.name(waiting.asClass().name().withoutPackagePrefix());
            Schema approval = OASFactory.createSchema().ref(name);
            APIResponse waits = done == 202
                    ? success(
                            "Goes on behind this answer, or waits for a second person; Location says where",
                            content(
                                    JSON,
                                    OASFactory.createSchema()
                                            .addAnyOf(OASFactory.createSchema().ref(schema(content)))
                                            .addAnyOf(approval)))
                    : success("Waits for a second person; Location says where", content(JSON, approval));
            header(waits, "Location", true);
            successes.put("202", waits);
        }
        return successes;
    }

    private static SortedMap<Integer, SortedSet<String>> refusals(
            AnnotationInstance said, boolean change, boolean body) {
        var types = new TreeSet<>(ALWAYS);
        if (change) {
            types.addAll(OF_A_CHANGE);
        }
        if (starts(said)) {
            types.addAll(OF_A_START);
        }
        if (said.value("waiting") != null) {
            // Asked again with the key when the approval that it waited for ended long ago.
            types.add(ProblemType.UNKNOWN_APPROVAL);
        }
        if (said.value("refuses") instanceof AnnotationValue refuses) {
            Stream.of(refuses.asEnumArray()).map(ProblemType::valueOf).forEach(types::add);
        }
        var byStatus = new TreeMap<Integer, SortedSet<String>>();
        byStatus.put(406, new TreeSet<>(Set.of(BY_HTTP)));
        if (body) {
            types.add(ProblemType.INVALID_DOCUMENT);
        }
        types.forEach(type -> byStatus.computeIfAbsent(Problems.status(type), _ -> new TreeSet<>())
                .add(type.urn()));
        return byStatus;
    }

    private static APIResponse problem(int status, SortedSet<String> types) {
        Schema type = OASFactory.createSchema().enumeration(List.copyOf(types));
        Schema schema = OASFactory.createSchema()
                .addAllOf(OASFactory.createSchema().ref("Problem"))
                .addAllOf(OASFactory.createSchema().addProperty("type", type));
        String names = String.join(
                ", ",
                types.stream()
                        .map(urn -> urn.replace("urn:meridian:problem:", ""))
                        .toList());
        APIResponse problem = success(names, content(Problems.MEDIA_TYPE, schema));
        if (status == 401) {
            header(problem, "WWW-Authenticate", true);
        }
        if (status == 503) {
            header(problem, "Retry-After", true);
        }
        return problem;
    }

    private static APIResponse success(String description, Content content) {
        return OASFactory.createAPIResponse().description(description).content(content);
    }

    private static void header(APIResponse response, String name, boolean always) {
        response.addHeader(
                name,
                OASFactory.createHeader()
                        .required(always)
                        .schema(OASFactory.createSchema().addType(Schema.SchemaType.STRING)));
    }

    /** Of what the signature gives; a stream has none. */
    private static Content content(Operation operation, MethodInfo method) {
        return operation.getResponses().getAPIResponses().values().stream()
                .map(APIResponse::getContent)
                .filter(found -> found != null)
                .findFirst()
                .orElseGet(() -> content(
                        method.annotation(PRODUCES).value().asStringArray()[0],
                        OASFactory.createSchema().addType(Schema.SchemaType.STRING)));
    }

    private static Content content(String type, Schema schema) {
        return OASFactory.createContent()
                .addMediaType(type, OASFactory.createMediaType().schema(schema));
    }

    private static String schema(Content content) {
        return content.getMediaTypes().values().stream()
                .map(media -> String.valueOf(media.getSchema().getRef()))
                .findFirst()
                .orElse("");
    }

    private static boolean starts(AnnotationInstance said) {
        return said.value("starts") instanceof AnnotationValue starts && starts.asBoolean();
    }

    private static int number(@Nullable AnnotationValue value) {
        return value == null ? 200 : value.asInt();
    }
}
