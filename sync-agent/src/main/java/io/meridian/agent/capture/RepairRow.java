package io.meridian.agent.capture;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A row of {@code meridian.repair}: a row of another table that its owner tells once more, as it is or as not there. Its content is an object of
 * schema, table, columns and key (names), present (true or false) and values (text or null, by column; the key's only when not present). Whoever
 * applies it writes or removes that row, whatever was there.
 */
final class RepairRow {
    static final String TABLE = "meridian.repair";

    /** A value may be as long as a row that can travel. */
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Math.toIntExact(2 * TransactionGrouper.LARGEST_ROW_BYTES))
                    .build())
            .build());

    private RepairRow() {}

    /** @return empty: it was only taken away again */
    static Optional<SourceChange> of(SourceChange change) {
        return switch (change) {
            case SourceChange.Inserted inserted -> Optional.of(told(inserted));
            case SourceChange.Deleted _ -> Optional.empty();
            case SourceChange.Updated _, SourceChange.Truncated _ ->
                throw new StreamStoppedException(TABLE + " was changed by somebody else than the agent");
        };
    }

    private static SourceChange told(SourceChange.Inserted inserted) {
        int index = inserted.relation().indexOf("content");
        if (index < 0 || !(inserted.row().get(index) instanceof Value.Text text)) {
            throw new StreamStoppedException(TABLE + " has a row without its content");
        }
        JsonNode content = json(text.text());
        Set<String> key = new HashSet<>(texts(content.path("key")));
        List<Relation.Column> columns = texts(content.path("columns")).stream()
                .map(name -> new Relation.Column(name, key.contains(name)))
                .toList();
        var relation = new Relation(
                content.path("schema").asText(), content.path("table").asText(), columns);
        boolean present = content.path("present").asBoolean();
        List<Value> values = values(content.path("values"), relation, present);
        return present ? new SourceChange.Inserted(relation, values) : new SourceChange.Deleted(relation, values);
    }

    private static List<Value> values(JsonNode given, Relation relation, boolean present) {
        if (given.size() != relation.columns().size()) {
            throw new StreamStoppedException(TABLE + " has a row of " + relation.qualifiedName() + " with "
                    + given.size() + " values for " + relation.columns().size() + " columns");
        }
        List<Value> values = new ArrayList<>();
        for (int index = 0; index < given.size(); index++) {
            JsonNode value = given.get(index);
            if (!value.isNull()) {
                values.add(new Value.Text(value.asText()));
            } else {
                boolean known = present || relation.columns().get(index).key();
                values.add(known ? Value.NULL : Value.UNCHANGED);
            }
        }
        return values;
    }

    private static List<String> texts(JsonNode names) {
        List<String> texts = new ArrayList<>();
        names.forEach(name -> texts.add(name.asText()));
        return texts;
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new StreamStoppedException("a content of " + TABLE + " is no JSON: " + e.getMessage());
        }
    }
}
