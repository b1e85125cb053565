package io.meridian.agent.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.record.Relation;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.Value;
import io.meridian.topology.ShardId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeFoldTest {
    private static final ShardId SHARD = ShardId.of(1);
    private static final Relation TABLE = new Relation(
            "s",
            "t",
            List.of(new Relation.Column("k", true), new Relation.Column("a", false), new Relation.Column("b", false)));

    @Test
    void aRowThatChangedManyTimesIsWrittenOnce() {
        var batches = fold(insert("1", "a", "b"), update("1", "c", "d"), update("1", "e", "f"), insert("2", "x", "y"));

        assertThat(batches).hasSize(1);
        assertThat(batches.getFirst())
                .containsExactlyInAnyOrder(
                        new RowEffect.Put(TABLE, row("1", "e", "f")), new RowEffect.Put(TABLE, row("2", "x", "y")));
    }

    @Test
    void anUnchangedValueIsTakenFromTheChangeBeforeOrLeftAlone() {
        assertThat(fold(insert("1", "a", "big"), update("1", "c", null)))
                .containsExactly(List.of(new RowEffect.Put(TABLE, row("1", "c", "big"))));
        assertThat(fold(update("1", "c", null), update("1", null, "d")))
                .containsExactly(List.of(new RowEffect.Patch(TABLE, row("1", "c", "d"))));
        assertThat(fold(update("1", "c", null)))
                .containsExactly(List.of(new RowEffect.Patch(TABLE, row("1", "c", null))));
    }

    @Test
    void aRowThatChangesItsKeyLeavesTheOldOne() {
        assertThat(fold(insert("1", "a", "b"), rekey("1", "2", "a", "c")).getFirst())
                .containsExactlyInAnyOrder(
                        new RowEffect.Remove(TABLE, row("1", null, null)),
                        new RowEffect.Put(TABLE, row("2", "a", "c")));
    }

    @Test
    void aKeyChangeWithAnUnknownValueStandsAlone() {
        var batches = fold(insert("0", "a", "b"), rekey("1", "2", "a", null), insert("1", "n", "n"));

        assertThat(batches).hasSize(3);
        assertThat(batches.get(1))
                .containsExactly(new RowEffect.Rekey(TABLE, row("1", null, null), row("2", "a", null)));
    }

    /** Folded or one by one, in any order inside a batch: the same table. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void foldingChangesNothing(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            Map<Value, List<Value>> before = new HashMap<>();
            before.put(Value.of("0"), row("0", "a0", "b0"));
            List<RowChange> changes = history(random, before);

            assertThat(run(ChangeFold.fold(changes, _ -> List.of("k")), before, random))
                    .as("seed %d round %d: %s", seed, round, changes)
                    .isEqualTo(run(ChangeFold.oneByOne(changes, _ -> List.of("k")), before, random));
        }
    }

    /** What a source could have done: only rows that exist change. */
    private static List<RowChange> history(Random random, Map<Value, List<Value>> before) {
        Map<Value, List<Value>> table = new HashMap<>(before);
        List<RowChange> changes = new ArrayList<>();
        for (int step = 0; step < 12; step++) {
            String key = Integer.toString(random.nextInt(4));
            String to = Integer.toString(random.nextInt(4));
            boolean exists = table.containsKey(Value.of(key));
            String fresh = "v" + step;
            if (!exists) {
                changes.add(insert(key, fresh, fresh));
            } else if (random.nextInt(4) == 0) {
                changes.add(new RowChange.Delete(TABLE, SHARD, row(key, null, null)));
            } else if (random.nextInt(3) == 0 && !table.containsKey(Value.of(to))) {
                changes.add(rekey(key, to, fresh, random.nextBoolean() ? null : fresh));
            } else {
                changes.add(update(key, random.nextBoolean() ? null : fresh, random.nextBoolean() ? null : fresh));
            }
            table = run(ChangeFold.oneByOne(changes, _ -> List.of("k")), before, random);
        }
        return changes;
    }

    private static Map<Value, List<Value>> run(
            List<List<RowEffect>> batches, Map<Value, List<Value>> before, Random random) {
        Map<Value, List<Value>> table = new HashMap<>(before);
        for (List<RowEffect> batch : batches) {
            List<RowEffect> shuffled = new ArrayList<>(batch);
            java.util.Collections.shuffle(shuffled, random);
            for (RowEffect effect : shuffled) {
                switch (effect) {
                    case RowEffect.Put put -> table.put(put.row().getFirst(), put.row());
                    case RowEffect.Remove remove -> table.remove(remove.oldKey().getFirst());
                    case RowEffect.Patch patch -> set(table, patch.row().getFirst(), patch.row());
                    case RowEffect.Rekey rekey -> set(table, rekey.oldKey().getFirst(), rekey.row());
                }
            }
        }
        return table;
    }

    private static void set(Map<Value, List<Value>> table, Value key, List<Value> row) {
        List<Value> known = new ArrayList<>(row);
        List<Value> old = table.remove(key);
        if (old == null) {
            throw new AssertionError("a row that does not exist was changed: " + key);
        }
        for (int index = 0; index < known.size(); index++) {
            known.set(index, row.get(index) instanceof Value.Unchanged ? old.get(index) : row.get(index));
        }
        table.put(known.getFirst(), known);
    }

    private static List<List<RowEffect>> fold(RowChange... changes) {
        return ChangeFold.fold(List.of(changes), _ -> List.of("k"));
    }

    private static RowChange insert(String key, String a, String b) {
        return new RowChange.Insert(TABLE, SHARD, row(key, a, b));
    }

    private static RowChange update(String key, @Nullable String a, @Nullable String b) {
        return new RowChange.Update(TABLE, SHARD, Optional.empty(), row(key, a, b));
    }

    private static RowChange rekey(String from, String to, @Nullable String a, @Nullable String b) {
        return new RowChange.Update(TABLE, SHARD, Optional.of(row(from, null, null)), row(to, a, b));
    }

    /** null: not in the log. */
    private static List<Value> row(String key, @Nullable String a, @Nullable String b) {
        return List.of(
                Value.of(key), a == null ? Value.UNCHANGED : Value.of(a), b == null ? Value.UNCHANGED : Value.of(b));
    }
}
