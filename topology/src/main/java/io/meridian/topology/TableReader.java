package io.meridian.topology;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The part of {@link TopologyReader} that reads tables. */
final class TableReader {
    static final String MULTI_WRITER = "multi-writer";
    static final String LAST_WRITER_WINS = "last-writer-wins";
    static final String REJECT = "reject";

    private static final Set<String> OF_TABLES = Set.of(LAST_WRITER_WINS, "column-wise");
    private static final Set<String> OF_COLUMNS = Set.of("column-wise", "max", "min", "counter", "set");
    private static final Set<String> OF_ORPHANS = Set.of(REJECT, "newest", "column-wise", "salvage");
    /** A resolver of the user's own, found by this name. */
    private static final Pattern CUSTOM = Pattern.compile("custom:[a-z][a-z0-9-]{0,62}");

    private TableReader() {}

    /** @param groups names of the declared store groups */
    static List<Topology.Table> tables(DocumentNode document, Set<String> groups) {
        return document.named(
                "tables",
                "table",
                Set.of("name"),
                Set.of("kind", "shardingColumn", "resolver", "columns", "storeGroup", "bulk", "safe", "orphans"),
                node -> table(node, groups));
    }

    private static Optional<Topology.Table> table(DocumentNode node, Set<String> groups) {
        Optional<String> name = node.text("name", DocumentRules.TABLE, DocumentRules.TABLE_RULE);
        boolean many =
                node.has("kind") && MULTI_WRITER.equals(node.child("kind").value());
        boolean known = many
                || node.only(
                        "kind",
                        "sharded",
                        Set.of("global"),
                        "a table is sharded by a column, or multi-writer, or left out of the document and out of replication");
        Optional<String> column = node.text("shardingColumn", DocumentRules.IDENTIFIER, DocumentRules.IDENTIFIER_RULE);
        if (known && !node.has("shardingColumn")) {
            node.child("shardingColumn").fault("missing: 'shardingColumn' is required here");
        }
        String resolver = many ? resolver(node) : "";
        SortedMap<String, String> columns = many ? columns(node, column.orElse("")) : Collections.emptySortedMap();
        if (known && !many) {
            nothingToResolve(node, "resolver");
            nothingToResolve(node, "columns");
        }
        Optional<String> group = storeGroup(node, groups);
        boolean bulk = node.bool("bulk").orElse(false);
        if (many && bulk) {
            node.child("bulk").fault("only a sharded table has a fence, and so a way to check it; leave it out");
        }
        String orphans = orphans(node);
        if (many && node.has("orphans")) {
            node.child("orphans").fault("a multi-writer table has none: all of its writes are merged; leave it out");
        }
        List<String> safe = safe(node);
        if (name.isPresent() && name.get().startsWith("meridian.")) {
            node.child("name")
                    .fault("the schema 'meridian' is Meridian's own; tables of the application stand in others");
        }
        Topology.TableKind kind = many ? Topology.TableKind.MULTI_WRITER : Topology.TableKind.SHARDED;
        return name.flatMap(n -> column.flatMap(c -> group.map(g -> {
            int dot = n.indexOf('.');
            return new Topology.Table(
                    n.substring(0, dot), n.substring(dot + 1), c, g, bulk, safe, kind, resolver, columns, orphans);
        })));
    }

    private static List<String> safe(DocumentNode node) {
        var seen = new HashSet<String>();
        return node.items("safe", item -> {
            Optional<String> name =
                    item.asText(text -> DocumentRules.IDENTIFIER.matcher(text).matches()
                            ? Optional.empty()
                            : Optional.of("'" + text + "' is not the name of an index or column of the table"));
            if (name.isPresent() && !seen.add(name.get())) {
                item.fault("'" + name.get() + "' a second time; once is enough");
                return Optional.empty();
            }
            return name;
        });
    }

    /** Documents of before there were several name the only group; it stays as it is written. */
    private static Optional<String> storeGroup(DocumentNode node, Set<String> groups) {
        if (!node.has("storeGroup")) {
            return Optional.of("");
        }
        if (groups.size() > 1) {
            node.child("storeGroup").fault("every table is in every store group; leave it out");
            return Optional.empty();
        }
        return node.reference("storeGroup", "store group", groups);
    }

    private static void nothingToResolve(DocumentNode node, String key) {
        if (node.has(key)) {
            node.child(key)
                    .fault(
                            "a sharded table's rows have one writer at a time, so nothing is to be resolved; leave it out");
        }
    }

    private static String resolver(DocumentNode node) {
        if (!node.has("resolver")) {
            return LAST_WRITER_WINS;
        }
        DocumentNode resolver = node.child("resolver");
        if (resolver.value() instanceof String text && OF_TABLES.contains(text)) {
            return text;
        }
        resolver.fault("expected one of " + ordered(OF_TABLES) + ", found " + resolver.found() + "; "
                + ordered(OF_COLUMNS) + " and custom:NAME are for single columns, under 'columns'");
        return LAST_WRITER_WINS;
    }

    private static String orphans(DocumentNode node) {
        if (!node.has("orphans")) {
            return REJECT;
        }
        DocumentNode orphans = node.child("orphans");
        if (orphans.value() instanceof String text
                && (OF_ORPHANS.contains(text) || CUSTOM.matcher(text).matches())) {
            return text;
        }
        orphans.fault("expected one of " + ordered(OF_ORPHANS) + ", or custom:NAME, found " + orphans.found());
        return REJECT;
    }

    private static SortedMap<String, String> columns(DocumentNode node, String shardingColumn) {
        var columns = new TreeMap<String, String>();
        if (!node.has("columns")) {
            return columns;
        }
        DocumentNode all = node.child("columns");
        if (!(all.value() instanceof Map<?, ?> map)) {
            all.fault("expected an object with a resolver per column, found " + all.found());
            return columns;
        }
        for (Object key : map.keySet()) {
            String column = String.valueOf(key);
            DocumentNode resolver = all.child(column);
            if (!DocumentRules.IDENTIFIER.matcher(column).matches()) {
                resolver.fault("'" + column + "' is not " + DocumentRules.IDENTIFIER_RULE);
            } else if (column.equals(shardingColumn) || column.startsWith("meridian_")) {
                resolver.fault("'" + column + "' is never merged: the key tells rows apart, and columns that begin with"
                        + " 'meridian_' are Meridian's own");
            } else if (resolver.value() instanceof String text
                    && (OF_COLUMNS.contains(text) || CUSTOM.matcher(text).matches())) {
                columns.put(column, text);
            } else {
                resolver.fault(
                        "expected one of " + ordered(OF_COLUMNS) + ", or custom:NAME, found " + resolver.found());
            }
        }
        return columns;
    }

    private static String ordered(Set<String> names) {
        return String.join(", ", names.stream().sorted().toList());
    }
}
