package io.meridian.topology;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The part of {@link TopologyReader} that reads tables. */
final class TableReader {
    private static final Set<String> RESOLVERS =
            Set.of("last-writer-wins", "max", "min", "delta-counter", "set-union", "column-wise");

    private TableReader() {}

    /** @param groups names of the declared store groups */
    static List<Topology.Table> tables(DocumentNode document, Set<String> groups) {
        return document.named(
                "tables",
                "table",
                Set.of("name"),
                Set.of("kind", "shardingColumn", "resolver", "storeGroup", "bulk", "safe"),
                node -> table(node, groups));
    }

    private static Optional<Topology.Table> table(DocumentNode node, Set<String> groups) {
        Optional<String> name = node.text("name", DocumentRules.TABLE, DocumentRules.TABLE_RULE);
        boolean sharded = node.only(
                "kind",
                "sharded",
                Set.of("global", "multi-writer"),
                "a table is sharded by a column, or left out of the document and out of replication");
        Optional<String> column = node.text("shardingColumn", DocumentRules.IDENTIFIER, DocumentRules.IDENTIFIER_RULE);
        if (sharded && !node.has("shardingColumn")) {
            node.child("shardingColumn").fault("missing: 'shardingColumn' is required here");
        }
        if (node.has("resolver")) {
            resolver(node, sharded);
        }
        Optional<String> group = storeGroup(node, groups);
        boolean bulk = node.bool("bulk").orElse(false);
        List<String> safe = safe(node);
        if (name.isPresent() && name.get().startsWith("meridian.")) {
            node.child("name")
                    .fault("the schema 'meridian' is Meridian's own; tables of the application stand in others");
        }
        return name.flatMap(n -> column.flatMap(c -> group.map(g -> {
            int dot = n.indexOf('.');
            return new Topology.Table(n.substring(0, dot), n.substring(dot + 1), c, g, bulk, safe);
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

    private static void resolver(DocumentNode node, boolean sharded) {
        DocumentNode resolver = node.child("resolver");
        if (sharded) {
            resolver.fault(
                    "a sharded table's rows have one writer at a time, so nothing is to be resolved; leave it out");
        } else if (!(resolver.value() instanceof String text && RESOLVERS.contains(text))) {
            resolver.fault("expected one of "
                    + String.join(", ", RESOLVERS.stream().sorted().toList()));
        }
    }
}
