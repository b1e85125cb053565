package io.meridian.agent.repair;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A sharded table as it is here, and the statements that tell its rows. Values are what the type's output function says, as in the log: a cast to text
 * trims what is padded.
 *
 * @param columns that the log has: all but generated ones
 * @param key of the primary key, in its order, with the type of each
 */
public record RepairedTable(Topology.Table table, List<String> columns, List<KeyColumn> key) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public record KeyColumn(String name, String type) {}

    public static RepairedTable of(Connection store, Topology.Table table) throws SQLException, RepairRefusedException {
        try (PreparedStatement statement = store.prepareStatement("""
                select a.attname, coalesce(array_position(i.indkey::int2[], a.attnum), -1) as place, format_type(a.atttypid, -1) as type
                from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
                left join pg_index i on i.indrelid = c.oid and i.indisprimary
                where n.nspname = ? and c.relname = ? and c.relkind in ('r', 'p') order by a.attnum
                """)) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            List<String> columns = new ArrayList<>();
            Map<Integer, KeyColumn> key = new TreeMap<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    columns.add(row.getString(1));
                    if (row.getInt(2) >= 0) {
                        key.put(row.getInt(2), new KeyColumn(row.getString(1), row.getString(3)));
                    }
                }
            }
            if (key.isEmpty()) {
                throw new RepairRefusedException(
                        "table " + name(table) + " is not in this store, or has no primary key");
            }
            if (key.values().stream().noneMatch(column -> column.name().equals(table.shardingColumn()))) {
                throw new RepairRefusedException("the primary key of " + name(table) + " lacks its sharding column "
                        + table.shardingColumn() + ": what shard a row is of that is not there cannot be told");
            }
            return new RepairedTable(table, columns, List.copyOf(key.values()));
        }
    }

    /** The sharded table of that name, with its schema. */
    public static Optional<Topology.Table> named(List<Topology.Table> tables, String name) {
        return tables.stream()
                .filter(table -> table.sharded() && name(table).equals(name))
                .findFirst();
    }

    public static String name(Topology.Table table) {
        return table.schema() + "." + table.name();
    }

    /** Of how many rows the image was told, and of how many that they are not there. */
    public record Told(long rows, long absent) {}

    /**
     * Writes the images of these rows to {@code meridian.repair}, from where the caller removes them again.
     *
     * @param keys each its values in the key's order
     */
    public Told tell(Connection store, ShardId shard, List<List<String>> keys)
            throws SQLException, RepairRefusedException {
        try (PreparedStatement statement = store.prepareStatement(tell())) {
            for (int column = 0; column < key.size(); column++) {
                int index = column;
                Object[] values = keys.stream().map(one -> one.get(index)).toArray();
                statement.setArray(column + 1, store.createArrayOf("text", values));
            }
            statement.setInt(key.size() + 1, shard.number());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                long others = row.getLong(1) - row.getLong(2);
                if (others > 0) {
                    throw new RepairRefusedException(others + " keys of " + name(table) + " are not of shard " + shard);
                }
                return new Told(row.getLong(3), row.getLong(4));
            }
        }
    }

    /** The row with this key, columns to texts; empty: there is none. */
    public Optional<Map<String, Optional<String>>> row(Connection store, List<String> values) throws SQLException {
        String where = key.stream()
                .map(column -> "t." + quoted(column.name()) + " = ?::" + column.type())
                .collect(Collectors.joining(" and "));
        String shown = columns.stream().map(column -> shown("t", column)).collect(Collectors.joining(", "));
        try (PreparedStatement query = store.prepareStatement("select " + shown + " from " + quoted(table.schema())
                + "." + quoted(table.name()) + " t where " + where)) {
            for (int index = 0; index < values.size(); index++) {
                query.setString(index + 1, values.get(index));
            }
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                Map<String, Optional<String>> texts = new LinkedHashMap<>();
                for (int index = 0; index < columns.size(); index++) {
                    texts.put(columns.get(index), Optional.ofNullable(row.getString(index + 1)));
                }
                return Optional.of(texts);
            }
        }
    }

    /** Parameters: a text array per key column, the shard. One row: how many keys there are, how many of the shard, how many rows were told, how many as absent. */
    private String tell() {
        return """
                with asked as materialized (
                    select distinct %1$s from unnest(%2$s) g (%3$s)),
                own as materialized (select * from asked a where meridian.shard_of(a.%4$s::text) = ?),
                told as (
                    insert into meridian.repair (shard, content)
                    select meridian.shard_of(t.%4$s::text), %5$s
                    from own a join %6$s t on %7$s returning 1),
                absent as (
                    insert into meridian.repair (shard, content)
                    select meridian.shard_of(a.%4$s::text), %8$s
                    from own a where not exists (select from %6$s t where %7$s) returning 1)
                select (select count(*) from asked), (select count(*) from own), (select count(*) from told), (select count(*) from absent)
                """.formatted(
                each("g.k%d::%s as %s"),
                IntStream.range(0, key.size()).mapToObj(_ -> "?").collect(Collectors.joining(", ")),
                IntStream.range(0, key.size()).mapToObj(index -> "k" + index).collect(Collectors.joining(", ")),
                quoted(table.shardingColumn()),
                content(true),
                quoted(table.schema()) + "." + quoted(table.name()),
                key.stream()
                        .map(column -> "t." + quoted(column.name()) + " = a." + quoted(column.name()))
                        .collect(Collectors.joining(" and ")),
                content(false));
    }

    /** Parameter: the shard. A text per key column. */
    String keysOfShard() {
        return "select " + key.stream().map(column -> shown("t", column.name())).collect(Collectors.joining(", "))
                + " from " + quoted(table.schema()) + "." + quoted(table.name()) + " t where meridian.shard_of(t."
                + quoted(table.shardingColumn()) + "::text) = ?";
    }

    /**
     * Keys of a shard's rows that are here now, ascending: each its values in the key's order.
     *
     * @param after behind this one; empty: from the first on
     */
    public List<List<String>> keysAfter(Connection store, ShardId shard, Optional<List<String>> after, int most)
            throws SQLException {
        String columns =
                key.stream().map(column -> "t." + quoted(column.name())).collect(Collectors.joining(", "));
        String behind = after.isEmpty()
                ? ""
                : " and (" + columns + ") > ("
                        + key.stream().map(column -> "?::" + column.type()).collect(Collectors.joining(", ")) + ")";
        try (PreparedStatement query =
                store.prepareStatement(keysOfShard() + behind + " order by " + columns + " limit " + most)) {
            query.setInt(1, shard.number());
            List<String> values = after.orElse(List.of());
            for (int index = 0; index < values.size(); index++) {
                query.setString(index + 2, values.get(index));
            }
            List<List<String>> keys = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    List<String> one = new ArrayList<>();
                    for (int column = 1; column <= key.size(); column++) {
                        one.add(row.getString(column));
                    }
                    keys.add(one);
                }
            }
            return keys;
        }
    }

    /** The key's values in its order. */
    public List<String> values(String json) throws RepairRefusedException {
        try {
            JsonNode given = JSON.readTree(json);
            List<String> values = new ArrayList<>();
            for (KeyColumn column : key) {
                JsonNode value = given.path(column.name());
                if (!value.isTextual()) {
                    throw new RepairRefusedException(
                            "key " + json + " of " + name(table) + " has no text for column " + column.name());
                }
                values.add(value.asText());
            }
            return values;
        } catch (JsonProcessingException e) {
            throw new RepairRefusedException(
                    "key '" + json + "' of " + name(table) + " is no JSON: " + e.getOriginalMessage());
        }
    }

    private String each(String format) {
        return IntStream.range(0, key.size())
                .mapToObj(index -> format.formatted(
                        index, key.get(index).type(), quoted(key.get(index).name())))
                .collect(Collectors.joining(", "));
    }

    private String content(boolean present) {
        List<String> names = key.stream().map(KeyColumn::name).toList();
        return "json_build_object('schema', %s, 'table', %s, 'columns', %s::json, 'key', %s::json, 'present', %s, 'values', to_json(array[%s]))"
                .formatted(
                        literal(table.schema()),
                        literal(table.name()),
                        literal(names(columns)),
                        literal(names(names)),
                        present,
                        columns.stream()
                                .map(column -> present
                                        ? shown("t", column)
                                        : names.contains(column) ? shown("a", column) : "null")
                                .collect(Collectors.joining(", ")));
    }

    private static String names(List<String> names) {
        ArrayNode array = JSON.createArrayNode();
        names.forEach(array::add);
        return array.toString();
    }

    /** Not {@code is null}: that is what a composite of nulls is, too. */
    private static String shown(String of, String column) {
        String value = of + "." + quoted(column);
        return "case when num_nulls(" + value + ") = 1 then null::text else format('%s', " + value + ") end";
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
