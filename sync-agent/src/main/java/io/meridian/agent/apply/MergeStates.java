package io.meridian.agent.apply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.conflict.merge.Contribution;
import io.meridian.conflict.merge.Observed;
import io.meridian.conflict.merge.RowState;
import io.meridian.conflict.merge.Version;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@link RowState} as {@code meridian_state} has it; {@code 054_merge.sql} writes the same.
 *
 * <pre>
 * {"f": VERSION floor, "w": VERSION last writer of the row, "v": {column: VERSION}, "p": {column: {region: [clock, value]}},
 *  "s": {column: {"c": {region: clock}, "e": {element: {region: clock}}}}}                                   VERSION = [clock, region]
 * </pre>
 */
final class MergeStates {
    private static final ObjectMapper JSON = new ObjectMapper();

    private MergeStates() {}

    static RowState read(
            Version version, boolean alive, Optional<String> text, SortedMap<String, Optional<String>> values) {
        JsonNode state = tree(text.orElse("{}"));
        var columns = new TreeMap<String, Version>();
        state.path("v").properties().forEach(column -> columns.put(column.getKey(), version(column.getValue())));
        var contributions = new TreeMap<String, SortedMap<String, Contribution>>();
        state.path("p").properties().forEach(column -> {
            var parts = new TreeMap<String, Contribution>();
            column.getValue().properties().forEach(part -> parts.put(part.getKey(), contribution(part.getValue())));
            contributions.put(column.getKey(), parts);
        });
        var observed = new TreeMap<String, Observed>();
        state.path("s").properties().forEach(column -> {
            var elements = new TreeMap<String, SortedMap<String, Long>>();
            column.getValue()
                    .path("e")
                    .properties()
                    .forEach(element -> elements.put(element.getKey(), clocks(element.getValue())));
            observed.put(column.getKey(), new Observed(clocks(column.getValue().path("c")), elements));
        });
        return new RowState(
                version,
                alive,
                version(state.path("f")),
                version(state.path("w")),
                columns,
                contributions,
                observed,
                values);
    }

    static String write(RowState state) {
        ObjectNode json = JSON.createObjectNode();
        version(json, "f", state.floor());
        version(json, "w", state.rowWritten());
        if (!state.columnsWritten().isEmpty()) {
            ObjectNode columns = json.putObject("v");
            state.columnsWritten().forEach((column, version) -> version(columns, column, version));
        }
        if (!state.contributions().isEmpty()) {
            ObjectNode columns = json.putObject("p");
            state.contributions().forEach((column, parts) -> {
                ObjectNode regions = columns.putObject(column);
                parts.forEach((region, part) -> regions.putArray(region)
                        .add(part.clock())
                        .add(part.value().orElse(null)));
            });
        }
        if (!state.observed().isEmpty()) {
            ObjectNode columns = json.putObject("s");
            state.observed().forEach((column, cell) -> {
                ObjectNode observed = columns.putObject(column);
                clocks(observed.putObject("c"), cell.seen());
                ObjectNode elements = observed.putObject("e");
                cell.elements().forEach((element, clocks) -> clocks(elements.putObject(element), clocks));
            });
        }
        return json.toString();
    }

    static SortedMap<String, Optional<String>> values(Optional<String> content) {
        var values = new TreeMap<String, Optional<String>>();
        tree(content.orElse("{}"))
                .properties()
                .forEach(column -> values.put(
                        column.getKey(),
                        column.getValue().isNull()
                                ? Optional.empty()
                                : Optional.of(column.getValue().asText())));
        return values;
    }

    static String object(Map<String, Optional<String>> values) {
        ObjectNode json = JSON.createObjectNode();
        values.forEach((column, value) -> json.put(column, value.orElse(null)));
        return json.toString();
    }

    private static void version(ObjectNode into, String name, Version version) {
        if (version.isAbove(Version.NONE)) {
            into.putArray(name).add(version.clock()).add(version.region());
        }
    }

    private static void clocks(ObjectNode into, Map<String, Long> clocks) {
        clocks.forEach(into::put);
    }

    private static Version version(JsonNode pair) {
        return pair.isArray() ? new Version(pair.path(0).asLong(), pair.path(1).asText()) : Version.NONE;
    }

    private static Contribution contribution(JsonNode pair) {
        return new Contribution(
                pair.path(0).asLong(),
                pair.path(1).isNull()
                        ? Optional.empty()
                        : Optional.of(pair.path(1).asText()));
    }

    private static SortedMap<String, Long> clocks(JsonNode object) {
        var clocks = new TreeMap<String, Long>();
        object.properties()
                .forEach(region -> clocks.put(region.getKey(), region.getValue().asLong()));
        return clocks;
    }

    private static JsonNode tree(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new CannotApplyException("a row's " + io.meridian.agent.record.MergeChange.STATE + " cannot be read: "
                    + e.getOriginalMessage());
        }
    }
}
