package io.meridian.agent.apply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meridian.conflict.merge.Resolution;
import io.meridian.conflict.merge.TableRule;
import io.meridian.conflict.merge.ValueResolver;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** By which rules a table's rows are merged here: those that its trigger keeps their history by, so that the two cannot differ. */
final class MergeRules {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CUSTOM = "custom:";

    private final Connection store;
    private final Map<TableShape, TableRule> known = new HashMap<>();

    MergeRules(Connection store) {
        this.store = store;
    }

    /** @throws CannotApplyException here the table is none that any region may write, or one of its resolvers is missing */
    TableRule of(TableShape shape) throws SQLException {
        TableRule rule = known.get(shape);
        if (rule == null) {
            rule = load(shape);
            known.put(shape, rule);
        }
        return rule;
    }

    void forget() {
        known.clear();
    }

    private TableRule load(TableShape shape) throws SQLException {
        try (PreparedStatement query = store.prepareStatement("""
                select split_part(arguments, '\\000', 1), split_part(arguments, '\\000', 2)
                from (select encode(t.tgargs, 'escape') as arguments
                      from pg_trigger t
                      join pg_class c on c.oid = t.tgrelid
                      join pg_namespace n on n.oid = c.relnamespace
                      where n.nspname = ? and c.relname = ? and t.tgname = 'zz_meridian_version' and t.tgenabled = 'O')""")) {
            query.setString(1, shape.schema());
            query.setString(2, shape.table());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    throw new CannotApplyException("table " + shape.schema() + "." + shape.table()
                            + " may be written by any region at the source, but not here: install again");
                }
                return rule(row.getString(1), row.getString(2));
            }
        }
    }

    private static TableRule rule(String others, String columns) {
        var resolutions = new HashMap<String, Resolution>();
        tree(columns)
                .properties()
                .forEach(column -> resolutions.put(
                        column.getKey(), resolution(column.getValue().asText())));
        return new TableRule(resolution(others), Map.copyOf(resolutions));
    }

    private static Resolution resolution(String name) {
        return switch (name) {
            case "last-writer-wins" -> new Resolution.LastWriter();
            case "column-wise" -> new Resolution.ByColumn();
            case "max" -> new Resolution.Max();
            case "min" -> new Resolution.Min();
            case "counter" -> new Resolution.Counter();
            case "set" -> new Resolution.SetUnion();
            default -> new Resolution.Custom(custom(name));
        };
    }

    private static ValueResolver custom(String name) {
        return ValueResolver.find(name.startsWith(CUSTOM) ? name.substring(CUSTOM.length()) : name)
                .orElseThrow(() -> new CannotApplyException("the resolver " + name
                        + " is not on this agent's class path: put its jar there, and restart the agent"));
    }

    private static JsonNode tree(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new CannotApplyException(
                    "the resolvers of a trigger zz_meridian_version cannot be read: install again");
        }
    }
}
