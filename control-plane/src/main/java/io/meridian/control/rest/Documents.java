package io.meridian.control.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Bodies that clients send, read so that what is wrong can be said exactly. */
final class Documents {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final ObjectMapper YAML = YAMLMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private Documents() {}

    /** YAML, of which JSON is a part, as maps, lists, texts and numbers. */
    static @Nullable Object yaml(@Nullable String body) {
        if (body == null || body.isBlank()) {
            return null;
        }
        try {
            return YAML.readValue(body, Object.class);
        } catch (JsonProcessingException e) {
            throw unreadable("YAML or JSON", e);
        }
    }

    /** A JSON object with no other members than {@code known}. */
    static JsonNode object(@Nullable String body, String what, Set<String> known) {
        JsonNode document;
        try {
            document = JSON.readTree(body == null ? "" : body);
        } catch (JsonProcessingException e) {
            throw unreadable("JSON", e);
        }
        if (!document.isObject()) {
            throw refused(what + " is a JSON object with " + known, List.of(new Problem.Fault("", "not an object")));
        }
        var faults = new ArrayList<Problem.Fault>();
        document.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                faults.add(new Problem.Fault("/" + name, "unknown; " + what + " has " + known));
            }
        });
        if (!faults.isEmpty()) {
            throw refused(faults.getFirst().pointer().substring(1) + " is not known in " + what, faults);
        }
        return document;
    }

    static String text(JsonNode document, String name, String example, List<Problem.Fault> faults) {
        JsonNode value = document.path(name);
        if (!value.isTextual() || value.asText().isBlank()) {
            faults.add(
                    new Problem.Fault("/" + name, (value.isMissingNode() ? "missing" : "not a text") + ": " + example));
        }
        return value.asText("");
    }

    private static RefusedException refused(String detail, List<Problem.Fault> faults) {
        return new RefusedException(new Problem(ProblemType.INVALID_DOCUMENT, detail, Map.of(), faults));
    }

    private static RefusedException unreadable(String what, JsonProcessingException e) {
        String where = e.getLocation() == null
                ? ""
                : " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
        String detail = "not " + what + where + ": " + e.getOriginalMessage();
        return refused(detail, List.of(new Problem.Fault("", detail)));
    }
}
