package io.meridian.agent.orphan;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.Value;
import io.meridian.topology.ShardId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A row change as JSON that a person can read, and SQL take apart: {@code operation}, {@code schema}, {@code table}, {@code columns}, {@code identity}
 * (columns of the replica identity), {@code row} and {@code old}: objects of columns to texts, null where the value is null; what the log did not hold is left
 * out.
 */
final class ChangeText {
    /** Twice the longest row that can travel: a value may be as long. */
    private static final int LONGEST_VALUE = 96 << 20;

    static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(LONGEST_VALUE)
                    .build())
            .build());

    private ChangeText() {}

    static ObjectNode node(RowChange change) {
        Relation relation = change.relation();
        ObjectNode node = JSON.createObjectNode();
        ArrayNode columns = JSON.createArrayNode();
        ArrayNode identity = JSON.createArrayNode();
        for (Relation.Column column : relation.columns()) {
            columns.add(column.name());
            if (column.key()) {
                identity.add(column.name());
            }
        }
        node.put("schema", relation.schema());
        node.put("table", relation.table());
        node.set("columns", columns);
        node.set("identity", identity);
        switch (change) {
            case RowChange.Insert insert -> node.put("operation", "INSERT").set("row", values(relation, insert.row()));
            case RowChange.Update update -> {
                node.put("operation", "UPDATE").set("row", values(relation, update.row()));
                update.oldKey().ifPresent(old -> node.set("old", values(relation, old)));
            }
            case RowChange.Delete delete ->
                node.put("operation", "DELETE").set("old", values(relation, delete.oldKey()));
        }
        return node;
    }

    /** @throws IllegalStateException not what {@link #node} makes */
    static RowChange change(ShardId shard, JsonNode node) {
        Set<String> identity = new HashSet<>(texts(node.path("identity")));
        List<Relation.Column> columns = texts(node.path("columns")).stream()
                .map(name -> new Relation.Column(name, identity.contains(name)))
                .toList();
        var relation =
                new Relation(node.path("schema").asText(), node.path("table").asText(), columns);
        String operation = node.path("operation").asText();
        return switch (operation) {
            case "INSERT" -> new RowChange.Insert(relation, shard, values(relation, node.path("row")));
            case "UPDATE" ->
                new RowChange.Update(
                        relation,
                        shard,
                        node.has("old") ? Optional.of(values(relation, node.path("old"))) : Optional.empty(),
                        values(relation, node.path("row")));
            case "DELETE" -> new RowChange.Delete(relation, shard, values(relation, node.path("old")));
            default -> throw new IllegalStateException("a change that is a '" + operation + "'");
        };
    }

    /** Columns to texts, of those that the log held. */
    static ObjectNode values(Relation relation, List<Value> row) {
        ObjectNode node = JSON.createObjectNode();
        for (int index = 0; index < row.size(); index++) {
            String column = relation.columns().get(index).name();
            switch (row.get(index)) {
                case Value.Text text -> node.put(column, text.text());
                case Value.Null _ -> node.putNull(column);
                case Value.Unchanged _ -> {}
            }
        }
        return node;
    }

    /** @throws IllegalStateException no JSON */
    static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what is told of an orphan is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static List<Value> values(Relation relation, JsonNode node) {
        if (!node.isObject()) {
            throw new IllegalStateException("a change of " + relation.qualifiedName() + " lacks its values");
        }
        return relation.columns().stream()
                .map(column -> {
                    JsonNode value = node.get(column.name());
                    if (value == null) {
                        return Value.UNCHANGED;
                    }
                    return value.isNull() ? Value.NULL : Value.of(value.asText());
                })
                .toList();
    }

    private static List<String> texts(JsonNode names) {
        List<String> texts = new ArrayList<>();
        names.forEach(name -> texts.add(name.asText()));
        return texts;
    }
}
