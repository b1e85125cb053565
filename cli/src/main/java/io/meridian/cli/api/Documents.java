package io.meridian.cli.api;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Arrays;
import java.util.List;

/** JSON to the records of this package. Keys that they do not have are let pass: a newer control plane may tell more. */
public final class Documents {
    static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .withConfigOverride(List.class, list -> list.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
            .build();

    private Documents() {}

    /** @throws UnreadableAnswerException it does not have that shape */
    public static <T> T as(JsonNode document, Class<T> type) {
        try {
            return MAPPER.treeToValue(document, type);
        } catch (JacksonException unfit) {
            throw new UnreadableAnswerException(
                    "this is no " + type.getSimpleName() + ": " + unfit.getOriginalMessage(), unfit);
        }
    }

    public static <T> List<T> listOf(JsonNode document, Class<T[]> type) {
        return Arrays.asList(as(document, type));
    }

    /** Indented, for people and programs. */
    public static String write(Object document) {
        try {
            return MAPPER.writeValueAsString(document);
        } catch (JacksonException defect) {
            throw new IllegalStateException("cannot be written as JSON: " + document, defect);
        }
    }
}
