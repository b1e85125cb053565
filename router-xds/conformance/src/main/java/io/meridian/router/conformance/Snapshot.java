package io.meridian.router.conformance;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a server should serve: contents by name.
 *
 * @param revision grows with every publication of one server, and says nothing about the contents
 */
public record Snapshot(long revision, Map<Kind, SortedMap<String, String>> contents) {
    static final Snapshot NOTHING = new Snapshot(0, Map.of());

    public SortedMap<String, String> of(Kind kind) {
        return contents.getOrDefault(kind, Collections.emptySortedMap());
    }

    /** @param resources {@code name=content} */
    Snapshot with(Kind kind, String... resources) {
        var all = new EnumMap<Kind, SortedMap<String, String>>(Kind.class);
        all.putAll(contents);
        var named = new TreeMap<String, String>();
        for (String resource : resources) {
            String[] parts = resource.split("=", 2);
            named.put(parts[0], parts[1]);
        }
        all.put(kind, named);
        return new Snapshot(revision, all);
    }

    Snapshot at(long newRevision) {
        return new Snapshot(newRevision, contents);
    }
}
