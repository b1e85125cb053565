package io.meridian.agent.install;

import static java.util.Map.entry;

import io.meridian.topology.Topology;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The SQL of an installation, filled in. Pure but for reading its own resources; {@code --dry-run} prints exactly what {@code --apply} runs.
 *
 * @param schema everything but the slot: one transaction
 * @param slot a transaction of its own, afterwards: PostgreSQL makes no slot in a transaction that wrote
 */
record InstallScript(List<String> schema, String slot) {
    private static final Pattern HOLE = Pattern.compile("\\$\\{([a-z_]+)}");

    static InstallScript of(InstallPlan plan) {
        Map<String, String> words = Map.ofEntries(
                entry(
                        "id_number",
                        plan.idNumber().isPresent()
                                ? Integer.toString(plan.idNumber().getAsInt())
                                : "null"),
                entry("version", Integer.toString(InstallPlan.VERSION)),
                entry("shards", Integer.toString(plan.shards())),
                entry("group_literal", literal(plan.group())),
                entry("first_shard", Integer.toString(plan.range().first())),
                entry("last_shard", Integer.toString(plan.range().last())),
                entry("row_keys", FenceBranches.ofRows(plan.tables())),
                entry("bulk_keys", FenceBranches.ofStatements(plan.tables(), plan.shards())),
                entry("transaction_limit_shown", literal(shown(plan.transactionLimit()))),
                entry("transaction_limit", literal(plan.transactionLimit().toMillis() + " milliseconds")),
                entry("agent", identifier(plan.agentRole())),
                entry("agent_literal", literal(plan.agentRole())),
                entry("publication", identifier(plan.publication())),
                entry("publication_literal", literal(plan.publication())),
                entry("slot_literal", literal(plan.slot())),
                entry("tables", published(plan)));
        List<String> schema = new ArrayList<>();
        for (String file : List.of(
                "001_schema",
                "010_shard_of",
                "020_fence",
                "021_check_fence",
                "022_refuse_truncate",
                "023_assert_owner",
                "024_check_fence_bulk",
                "025_next_id",
                "030_stream",
                "040_agent_role",
                "041_parked",
                "042_repair",
                "043_orphan",
                "044_promise",
                "045_standby",
                "046_seeding",
                "047_life")) {
            schema.add(filled(file, words));
        }
        if (hasManyWriters(plan)) {
            schema.add(filled("054_merge", words));
        }
        for (Topology.Table table : plan.tables()) {
            Map<String, String> ofTable = new HashMap<>(words);
            ofTable.put("table", qualified(table));
            ofTable.put("schema", identifier(table.schema()));
            ofTable.put("table_literal", literal(qualified(table)));
            ofTable.put("column_literal", literal(table.shardingColumn()));
            ofTable.put("resolver_literal", literal(table.resolver()));
            ofTable.put("columns_literal", literal(json(table.columns())));
            schema.add(filled(fileOf(table), ofTable));
            schema.add(filled("052_table_rights", ofTable));
        }
        schema.add(filled("056_unclean_flag", words));
        schema.add(filled("060_publication", words));
        schema.add(filled("069_version", words));
        return new InstallScript(schema, filled("070_slot", words));
    }

    private static String fileOf(Topology.Table table) {
        if (!table.sharded()) {
            return "055_multi_writer_table";
        }
        return table.bulk() ? "051_bulk_table" : "050_sharded_table";
    }

    private static boolean hasManyWriters(InstallPlan plan) {
        return plan.tables().stream().anyMatch(table -> !table.sharded());
    }

    /** Deletes of multi-writer rows travel as their tombstones. */
    private static String published(InstallPlan plan) {
        String tables = plan.tables().stream().map(InstallScript::qualified).collect(Collectors.joining(", "));
        return hasManyWriters(plan) ? tables + ", meridian.tombstone" : tables;
    }

    /** Names of columns and resolvers hold nothing that JSON would escape: the topology's rules see to it. */
    private static String json(Map<String, String> columns) {
        return columns.entrySet().stream()
                .map(column -> '"' + column.getKey() + "\": \"" + column.getValue() + '"')
                .collect(Collectors.joining(", ", "{", "}"));
    }

    /** As {@code psql} takes it. */
    String text() {
        return "begin;\n\n" + String.join("\n", schema) + "\ncommit;\n\n" + slot;
    }

    static String qualified(Topology.Table table) {
        return identifier(table.schema()) + "." + identifier(table.name());
    }

    static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** As {@code current_setting} shows it: the greatest unit that divides it. */
    private static String shown(Duration limit) {
        if (limit.toMillis() % 1000 != 0) {
            return limit.toMillis() + "ms";
        }
        if (limit.toSeconds() % 60 != 0) {
            return limit.toSeconds() + "s";
        }
        return limit.toMinutes() % 60 != 0 ? limit.toMinutes() + "min" : limit.toHours() + "h";
    }

    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static String filled(String file, Map<String, String> words) {
        return HOLE.matcher(resource("/meridian/" + file + ".sql")).replaceAll(hole -> {
            String word = words.get(hole.group(1));
            if (word == null) {
                throw new IllegalStateException(file + ".sql names an unknown ${" + hole.group(1) + "}");
            }
            return Matcher.quoteReplacement(word);
        });
    }

    private static String resource(String name) {
        try (InputStream stream = InstallScript.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("resource " + name + " is missing from the jar");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
