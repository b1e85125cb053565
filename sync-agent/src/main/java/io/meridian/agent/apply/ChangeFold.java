package io.meridian.agent.apply;

import io.meridian.agent.record.Relation;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Many changes to one effect per row, so that a row that changed a hundred times is written once. The result is a list of batches: inside
 * one, every row occurs once and order is free; batches follow one another. Pure.
 */
final class ChangeFold {
    /** Which columns make a table's key here. */
    @FunctionalInterface
    interface Keys {
        List<String> of(Relation relation);
    }

    private record RowKey(String table, List<Value> values) {}

    private final Keys keys;
    private final List<List<RowEffect>> done = new ArrayList<>();
    private final Map<RowKey, RowEffect> open = new LinkedHashMap<>();

    private ChangeFold(Keys keys) {
        this.keys = keys;
    }

    static List<List<RowEffect>> fold(List<RowChange> changes, Keys keys) {
        var fold = new ChangeFold(keys);
        for (RowChange change : changes) {
            fold.effects(change).forEach(fold::add);
        }
        fold.closeBatch();
        return fold.done;
    }

    /** Every change as it came, none folded. */
    static List<List<RowEffect>> oneByOne(List<RowChange> changes, Keys keys) {
        var fold = new ChangeFold(keys);
        return changes.stream()
                .flatMap(change -> fold.effects(change).stream())
                .map(List::of)
                .toList();
    }

    private List<RowEffect> effects(RowChange change) {
        Relation relation = change.relation();
        return switch (change) {
            case RowChange.Insert insert -> List.of(new RowEffect.Put(relation, insert.row()));
            case RowChange.Delete delete -> List.of(new RowEffect.Remove(relation, delete.oldKey()));
            case RowChange.Update update -> updated(relation, update);
        };
    }

    private List<RowEffect> updated(Relation relation, RowChange.Update update) {
        boolean whole = !update.row().contains(Value.UNCHANGED);
        Optional<List<Value>> oldKey =
                update.oldKey().filter(old -> !key(relation, old).equals(key(relation, update.row())));
        if (oldKey.isEmpty()) {
            return List.of(
                    whole ? new RowEffect.Put(relation, update.row()) : new RowEffect.Patch(relation, update.row()));
        }
        return whole
                ? List.of(new RowEffect.Remove(relation, oldKey.get()), new RowEffect.Put(relation, update.row()))
                : List.of(new RowEffect.Rekey(relation, oldKey.get(), update.row()));
    }

    private void add(RowEffect effect) {
        switch (effect) {
            case RowEffect.Put put -> open.put(key(put, put.row()), put);
            case RowEffect.Remove remove -> open.put(key(remove, remove.oldKey()), remove);
            case RowEffect.Patch patch -> patch(patch);
            case RowEffect.Rekey rekey -> {
                closeBatch();
                done.add(List.of(rekey));
            }
        }
    }

    private void patch(RowEffect.Patch patch) {
        RowKey key = key(patch, patch.row());
        RowEffect before = open.get(key);
        if (before != null && !before.relation().equals(patch.relation())) {
            closeBatch(); // the table changed its columns in between
            before = null;
        }
        switch (before) {
            case null -> open.put(key, patch);
            case RowEffect.Put put -> open.put(key, new RowEffect.Put(patch.relation(), over(put.row(), patch.row())));
            case RowEffect.Patch earlier ->
                open.put(key, new RowEffect.Patch(patch.relation(), over(earlier.row(), patch.row())));
            case RowEffect.Remove _, RowEffect.Rekey _ ->
                throw new CannotApplyException("the stream changes a row of "
                        + patch.relation().qualifiedName() + " that it removed just before");
        }
    }

    private static List<Value> over(List<Value> before, List<Value> after) {
        List<Value> row = new ArrayList<>(after);
        for (int index = 0; index < row.size(); index++) {
            if (row.get(index) instanceof Value.Unchanged) {
                row.set(index, before.get(index));
            }
        }
        return row;
    }

    private void closeBatch() {
        if (!open.isEmpty()) {
            done.add(List.copyOf(open.values()));
            open.clear();
        }
    }

    private RowKey key(RowEffect effect, List<Value> row) {
        return new RowKey(effect.relation().qualifiedName(), key(effect.relation(), row));
    }

    private List<Value> key(Relation relation, List<Value> row) {
        return keys.of(relation).stream()
                .map(column -> row.get(relation.indexOf(column)))
                .toList();
    }
}
