package io.meridian.topology;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The part of {@link TopologyReader} that reads store groups: together they hold every shard, and each shard is in one of them. */
final class GroupReader {
    private static final Pattern RANGE = Pattern.compile("\\d{1,6}(-\\d{1,6})?");
    private static final String RANGE_RULE = "a range of shards, such as 0-511";

    private final DocumentNode document;
    private final Optional<Integer> shards;
    private final Set<String> names = new HashSet<>();
    /** Of groups whose range could be read, by its first shard. */
    private final TreeMap<Integer, Topology.StoreGroup> ranges = new TreeMap<>();

    private boolean whole = true;

    /** @param shards N; empty: that is at fault itself */
    GroupReader(DocumentNode document, Optional<Integer> shards) {
        this.document = document;
        this.shards = shards;
    }

    /** As written, misspelled ones too. */
    Set<String> names() {
        return names;
    }

    List<Topology.StoreGroup> read() {
        List<Topology.StoreGroup> groups = document.named(
                "storeGroups", "store group", Set.of("name", "partitions"), Set.of("shards"), this::group);
        if (document.size("storeGroups") == 0) {
            document.child("storeGroups")
                    .fault("a topology needs at least one store group: {name: main, partitions: 16}");
        }
        whole &= groups.size() == document.size("storeGroups");
        if (whole && shards.isPresent() && !groups.isEmpty()) {
            holes(shards.get());
        }
        return groups;
    }

    private boolean alone() {
        return document.size("storeGroups") == 1;
    }

    private Optional<Topology.StoreGroup> group(DocumentNode node) {
        Optional<String> name = node.text("name", DocumentRules.GROUP, DocumentRules.GROUP_RULE);
        Optional<Integer> partitions = node.whole("partitions", 1, 64);
        names.add(String.valueOf(node.child("name").value()));
        Optional<ShardRange> range = shards.flatMap(n -> range(node, n));
        whole &= range.isPresent();
        Optional<Topology.StoreGroup> group = name.flatMap(n -> partitions.map(p ->
                new Topology.StoreGroup(n, p, range.filter(r -> !r.equals(ShardRange.all(shards.orElseThrow()))))));
        range.ifPresent(r -> {
            ranges.values().stream()
                    .filter(other -> other.range(shards.orElseThrow()).overlaps(r))
                    .findFirst()
                    .ifPresent(other -> twice(node, r, other));
            ranges.putIfAbsent(r.first(), new Topology.StoreGroup(name.orElse("?"), 1, Optional.of(r)));
        });
        return group;
    }

    private Optional<ShardRange> range(DocumentNode node, int n) {
        if (!node.has("shards")) {
            if (alone()) {
                return Optional.of(ShardRange.all(n));
            }
            node.child("shards")
                    .fault("missing: with several store groups each says which shards it holds, such as 0-"
                            + (n / 2 - 1));
            return Optional.empty();
        }
        Optional<String> text = node.text("shards", RANGE, RANGE_RULE);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        int dash = text.get().indexOf('-');
        int first = Integer.parseInt(dash < 0 ? text.get() : text.get().substring(0, dash));
        int last = Integer.parseInt(text.get().substring(dash + 1));
        if (last < first) {
            node.child("shards").fault("range '" + text.get() + "' ends before it begins");
            return Optional.empty();
        }
        if (last >= n) {
            node.child("shards").fault("shard " + last + " does not exist: shards are numbered 0 to " + (n - 1));
            return Optional.empty();
        }
        return Optional.of(new ShardRange(first, last));
    }

    private void twice(DocumentNode node, ShardRange range, Topology.StoreGroup other) {
        ShardRange known = other.range(shards.orElseThrow());
        var common = new ShardRange(Math.max(range.first(), known.first()), Math.min(range.last(), known.last()));
        node.child("shards").fault("shards " + common + " are in store group '" + other.name() + "' already");
        whole = false;
    }

    private void holes(int n) {
        int next = 0;
        for (Topology.StoreGroup group : ranges.values()) {
            hole(next, group.range(n).first() - 1, n);
            next = group.range(n).last() + 1;
        }
        hole(next, n - 1, n);
    }

    private void hole(int first, int last, int n) {
        if (first <= last) {
            document.child("storeGroups")
                    .fault("shards " + new ShardRange(first, last) + " are in no store group; together they hold 0-"
                            + (n - 1));
        }
    }
}
