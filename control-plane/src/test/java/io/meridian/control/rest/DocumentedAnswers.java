package io.meridian.control.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** In every test of the API: an answer that docs/openapi.yaml does not have becomes one that no test expects. */
@Provider
public class DocumentedAnswers implements ContainerResponseFilter {
    static final int UNDOCUMENTED = 599;

    private final JsonNode document;

    @Context
    @Nullable
    ResourceInfo matched;

    public DocumentedAnswers() throws IOException {
        document = new YAMLMapper().readTree(ApiDocumentIT.PAGE.toFile());
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        ResourceInfo resource = matched;
        if (resource == null || resource.getResourceMethod() == null) {
            return;
        }
        String path = RoleFilter.path(resource.getResourceClass(), resource.getResourceMethod());
        String verb = request.getMethod().toLowerCase(Locale.ROOT);
        JsonNode operation = document.path("paths").path(path).path(verb);
        String missing = missing(operation, response.getStatus(), response.getEntity());
        if (!missing.isEmpty() && response.getStatus() != 500) {
            response.setStatus(UNDOCUMENTED);
            response.setEntity(Map.of("undocumented", verb + " " + path + ": " + missing), null, null);
        }
    }

    private String missing(JsonNode operation, int status, @Nullable Object entity) {
        JsonNode answer = resolved(operation.path("responses").path("" + status));
        if (answer.isMissingNode()) {
            return "status " + status;
        }
        if (entity instanceof Map<?, ?> problem && problem.get("type") instanceof String type) {
            List<String> types =
                    answer.path("content").path("application/problem+json").path("schema").findValues("enum").stream()
                            .flatMap(list -> list.valueStream().map(JsonNode::asText))
                            .toList();
            return types.contains(type) ? "" : "status " + status + " with " + type;
        }
        return "";
    }

    private JsonNode resolved(JsonNode answer) {
        return answer.has("$ref") ? document.at(answer.path("$ref").asText().substring(1)) : answer;
    }
}
