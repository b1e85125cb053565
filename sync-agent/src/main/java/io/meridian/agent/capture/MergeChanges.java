package io.meridian.agent.capture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meridian.agent.record.MergeChange;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Value;
import io.meridian.conflict.merge.Version;
import io.meridian.topology.ShardId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The changes that one transaction makes to tables which any region may write. Rows carry their versions. A delete stands in the log twice: the trigger
 * notes its version in {@code meridian.tombstone}, and right behind it the log has the row that went.
 */
final class MergeChanges {
    static final String TOMBSTONES = "meridian.tombstone";

    private static final ObjectMapper JSON = new ObjectMapper();

    private record Tombstone(JsonNode key, Version version) {}

    /** By table. A trigger of the user's that deletes other rows comes between a tombstone and its row, hence the newest first. */
    private final Map<String, Deque<Tombstone>> tombstones = new HashMap<>();

    void tombstone(SourceChange change) {
        List<Value> row;
        switch (change) {
            case SourceChange.Inserted inserted -> row = inserted.row();
            case SourceChange.Updated updated -> row = updated.row();
            case SourceChange.Deleted _ -> {
                return; // the row was inserted anew, which tells by itself
            }
            case SourceChange.Truncated _ -> throw new StreamStoppedException(TOMBSTONES + " was truncated");
        }
        Relation relation = change.relation();
        long clock = Long.parseLong(text(relation, row, "version"));
        if (clock > 0) {
            tombstones
                    .computeIfAbsent(text(relation, row, "relation"), _ -> new ArrayDeque<>())
                    .push(new Tombstone(
                            json(text(relation, row, "key")), new Version(clock, text(relation, row, "region"))));
        }
    }

    /** @return empty: it changed nothing */
    Optional<MergeChange> change(SourceChange change, Function<List<Value>, ShardId> shard) {
        Relation relation = change.relation();
        return switch (change) {
            case SourceChange.Inserted inserted ->
                Optional.of(change(
                        relation, shard, false, version(relation, inserted.row()), Optional.empty(), inserted.row()));
            case SourceChange.Updated updated -> updated(updated, shard);
            case SourceChange.Deleted deleted -> {
                Version before = version(relation, deleted.before());
                yield Optional.of(change(
                        relation,
                        shard,
                        true,
                        deletion(relation, deleted.before()),
                        Optional.of(before),
                        deleted.before()));
            }
            case SourceChange.Truncated _ ->
                throw new StreamStoppedException("TRUNCATE of " + relation.qualifiedName()
                        + " is in the log: which rows it deleted cannot be told");
        };
    }

    private static Optional<MergeChange> updated(SourceChange.Updated updated, Function<List<Value>, ShardId> shard) {
        Relation relation = updated.relation();
        List<Value> before = updated.before()
                .orElseThrow(() -> new StreamStoppedException("an update of " + relation.qualifiedName()
                        + " came without what the row was: its replica identity must be full; install again"));
        Version from = version(relation, before);
        Version to = version(relation, updated.row());
        if (to.equals(from)) {
            if (updated.row().equals(before)) {
                return Optional.empty();
            }
            throw new StreamStoppedException(
                    "a row of " + relation.qualifiedName() + " was changed and kept its version "
                            + from
                            + ": its trigger zz_meridian_version was switched off or passed by, so other regions could not"
                            + " tell the change from what they have");
        }
        return Optional.of(change(relation, shard, false, to, Optional.of(from), updated.row()));
    }

    private static MergeChange change(
            Relation relation,
            Function<List<Value>, ShardId> shard,
            boolean deleted,
            Version version,
            Optional<Version> follows,
            List<Value> row) {
        if (!version.isAbove(Version.NONE)) {
            throw new StreamStoppedException("a row of " + relation.qualifiedName()
                    + " was written without a version: its trigger zz_meridian_version was switched off or passed by");
        }
        if (row.contains(Value.UNCHANGED)) {
            throw new StreamStoppedException("a change of " + relation.qualifiedName()
                    + " came without all its values: its replica identity must be full; install again");
        }
        return new MergeChange(relation, shard.apply(row), deleted, version, follows, row);
    }

    private Version deletion(Relation relation, List<Value> row) {
        Deque<Tombstone> open = tombstones.getOrDefault(relation.qualifiedName(), new ArrayDeque<>());
        for (var each = open.iterator(); each.hasNext(); ) {
            Tombstone tombstone = each.next();
            if (isOf(tombstone.key(), relation, row)) {
                each.remove();
                return tombstone.version();
            }
        }
        throw new StreamStoppedException("a row of " + relation.qualifiedName()
                + " was deleted without a tombstone: its trigger zz_meridian_version was switched off or passed by");
    }

    private static boolean isOf(JsonNode key, Relation relation, List<Value> row) {
        for (Map.Entry<String, JsonNode> column : key.properties()) {
            int index = relation.indexOf(column.getKey());
            if (index < 0
                    || !(row.get(index) instanceof Value.Text text)
                    || !text.text().equals(column.getValue().asText())) {
                return false;
            }
        }
        return true;
    }

    private static Version version(Relation relation, List<Value> row) {
        return new Version(
                Long.parseLong(text(relation, row, MergeChange.VERSION)), text(relation, row, MergeChange.REGION));
    }

    private static String text(Relation relation, List<Value> row, String column) {
        int index = relation.indexOf(column);
        if (index >= 0 && row.get(index) instanceof Value.Text text) {
            return text.text();
        }
        throw new StreamStoppedException("a change of " + relation.qualifiedName() + " came without its column "
                + column + ": install this agent's version again");
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new StreamStoppedException("a key in " + TOMBSTONES + " is no JSON: " + e.getMessage());
        }
    }
}
