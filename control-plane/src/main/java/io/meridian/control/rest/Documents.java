package io.meridian.control.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Bodies that clients send, read so that what is wrong can be said exactly. */
final class Documents {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
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

    /** Reads {@code body} with {@code reader}, and refuses it with all the faults that were found. */
    static <T> T read(
            @Nullable String body,
            String what,
            Set<String> known,
            BiFunction<JsonNode, List<Problem.Fault>, T> reader) {
        JsonNode document = object(body, what, known);
        var faults = new ArrayList<Problem.Fault>();
        T read = reader.apply(document, faults);
        if (!faults.isEmpty()) {
            Problem.Fault first = faults.getFirst();
            throw refused(what + ": " + first.pointer() + " " + first.detail(), faults);
        }
        return read;
    }

    /** @return {@code least} where there is a fault */
    static int whole(JsonNode document, String name, int least, int most, List<Problem.Fault> faults) {
        JsonNode value = document.path(name);
        if (isWhole(value) && value.intValue() >= least && value.intValue() <= most) {
            return value.intValue();
        }
        faults.add(new Problem.Fault(
                "/" + name,
                (value.isMissingNode() ? "missing: " : "") + "a whole number from " + least + " to " + most));
        return least;
    }

    /** Also when it is written as 44.0, which JSON knows no difference for. */
    static boolean isWhole(JsonNode value) {
        return value.isNumber() && value.canConvertToExactIntegral() && value.canConvertToInt();
    }

    static List<String> texts(JsonNode document, String name, List<Problem.Fault> faults) {
        JsonNode value = document.path(name);
        var texts = new ArrayList<String>();
        if (!value.isMissingNode() && !value.isArray()) {
            faults.add(new Problem.Fault("/" + name, "not a list of names"));
        }
        for (int i = 0; value.isArray() && i < value.size(); i++) {
            if (!value.path(i).isTextual()) {
                faults.add(new Problem.Fault("/" + name + "/" + i, "not a text"));
            }
            texts.add(value.path(i).asText());
        }
        return texts;
    }

    /** At least one, unless it is left out. */
    static List<String> someTexts(JsonNode document, String name, List<Problem.Fault> faults) {
        if (document.path(name).isArray() && document.path(name).isEmpty()) {
            faults.add(new Problem.Fault("/" + name, "names none; leave it out, or name some"));
        }
        return texts(document, name, faults);
    }

    /** Members of a flat object, as agents write the keys of rows; of what is none, the whole under the name {@code key}. */
    static Map<String, String> texts(String object) {
        var texts = new LinkedHashMap<String, String>();
        try {
            JSON.readTree(object)
                    .properties()
                    .forEach(member ->
                            texts.put(member.getKey(), member.getValue().asText()));
        } catch (JsonProcessingException e) {
            // told whole below
        }
        if (texts.isEmpty()) {
            texts.put("key", object);
        }
        return texts;
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
