package io.meridian.control.assignment.planning;

import java.util.Arrays;

/**
 * Shards that the planner need not tell apart: those of one zone under one rule. A million shards on a hundred zones are a few hundred of
 * these. Class = rule * (zones + 1) + zone + 1; a class may be empty.
 */
final class ShardClasses {
    private final int zones;
    private final int[] present;
    private final int[][] shards;

    ShardClasses(AssignmentInput input) {
        zones = input.zones().size();
        int[] sizes = new int[input.rules().size() * (zones + 1)];
        for (int shard = 0; shard < input.at().length; shard++) {
            sizes[slot(input, shard)]++;
        }
        shards = new int[sizes.length][];
        for (int slot = 0; slot < sizes.length; slot++) {
            shards[slot] = new int[sizes[slot]];
        }
        int[] filled = new int[sizes.length];
        for (int shard = 0; shard < input.at().length; shard++) {
            int slot = slot(input, shard);
            shards[slot][filled[slot]++] = shard;
        }
        present = java.util.stream.IntStream.range(0, sizes.length)
                .filter(slot -> sizes[slot] > 0)
                .toArray();
    }

    private int slot(AssignmentInput input, int shard) {
        return input.ruleOf()[shard] * (zones + 1) + input.at()[shard] + 1;
    }

    int count() {
        return present.length;
    }

    int size(int index) {
        return shards[present[index]].length;
    }

    int rule(int index) {
        return present[index] / (zones + 1);
    }

    /** Where its shards are, or {@link AssignmentInput#NOWHERE}. */
    int home(int index) {
        return present[index] % (zones + 1) - 1;
    }

    /** Ascending; {@code from} inclusive. */
    int[] shards(int index, int from, int to) {
        return Arrays.copyOfRange(shards[present[index]], from, to);
    }
}
