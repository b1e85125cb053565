package io.meridian.conflict.merge;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One key, written in several regions whose wall clocks differ; each change travels to each other region at any time, in any order, any number of times.
 * What a region makes of it is a parameter, so that a broken rule can be put in its place.
 */
final class Histories {
    /** Two states of the key to one. */
    interface Join {
        RowState join(TableRule rule, RowState a, RowState b);
    }

    /** When a region lets its tombstones go. */
    enum Collecting {
        NEVER,
        BELOW_THE_LOWEST_WATERMARK,
        AS_SOON_AS_IT_LIKES
    }

    /** @param regions at the end, when everything has been everywhere */
    record End(List<Region> regions, List<RowState> changes, boolean deleted) {
        boolean agree() {
            return regions.stream().map(Region::shown).distinct().count() == 1;
        }
    }

    static final class Region {
        private final String name;
        private final long skewMillis;
        private HybridClock clock = new HybridClock(0);
        private @Nullable RowState state;
        private Version floor = Version.NONE;
        private final TreeSet<Integer> received = new TreeSet<>();

        Region(String name, long skewMillis) {
            this.name = name;
            this.skewMillis = skewMillis;
        }

        /** Tombstones are not shown: one region may have collected what another still has. */
        Optional<RowState> shown() {
            return Optional.ofNullable(state).filter(RowState::alive);
        }

        @Override
        public String toString() {
            return name + " " + state;
        }
    }

    private final Random random;
    private final TableRule rule;
    private final Join join;
    private final Collecting collecting;
    private final List<Region> regions = new ArrayList<>();
    private final List<RowState> changes = new ArrayList<>();
    private long now = 1_000_000;
    private boolean deleted;

    private Histories(long seed, int count, TableRule rule, Join join, Collecting collecting) {
        this.random = new Random(seed);
        this.rule = rule;
        this.join = join;
        this.collecting = collecting;
        for (int region = 0; region < count; region++) {
            regions.add(new Region("r" + region, random.nextInt(400) - 200));
        }
    }

    static End play(long seed, int regions, TableRule rule, Join join, Collecting collecting) {
        return new Histories(seed, regions, rule, join, collecting).play();
    }

    private End play() {
        int writes = 3 + random.nextInt(20);
        boolean deletes = random.nextInt(3) > 0;
        while (changes.size() < writes) {
            now += random.nextInt(60);
            Region region = regions.get(random.nextInt(regions.size()));
            switch (random.nextInt(4)) {
                case 0 -> write(region, deletes);
                case 1, 2 -> deliver(region, false);
                default -> collect(region);
            }
        }
        for (Region region : regions) {
            while (region.received.size() < changes.size()) {
                deliver(region, true);
            }
        }
        return new End(regions, changes, deleted);
    }

    private void write(Region region, boolean deletes) {
        RowState before = region.state;
        Version above = before == null ? region.floor : before.version();
        region.clock = region.clock.tickAbove(above, now + region.skewMillis);
        var write = new LocalWrite(rule, new Version(region.clock.last(), region.name));
        RowState after;
        if (before == null) {
            after = write.insert(region.floor, row(Map.of()));
        } else if (!before.alive()) {
            after = write.insert(before.version(), row(Map.of()));
        } else if (deletes && random.nextInt(5) == 0) {
            after = write.delete(before);
            deleted = true;
        } else {
            var row = row(before.values());
            row.keySet().retainAll(some(row));
            after = write.update(before, row);
            if (after.values().equals(before.values())) {
                return; // it changed nothing, so there is no change
            }
        }
        region.state = after;
        region.received.add(changes.size());
        changes.add(after);
    }

    private TreeSet<String> some(Map<String, String> row) {
        var some = new TreeSet<String>();
        row.keySet().stream().filter(_ -> random.nextBoolean()).forEach(some::add);
        return some;
    }

    private TreeMap<String, String> row(Map<String, Optional<String>> before) {
        var row = new TreeMap<String, String>();
        row.put("a", "a" + random.nextInt(5));
        row.put("b", "b" + random.nextInt(5));
        row.put("hi", Integer.toString(random.nextInt(100)));
        row.put("lo", Integer.toString(random.nextInt(100)));
        row.put("note", "n".repeat(1 + random.nextInt(4)) + random.nextInt(3));
        var tags = new TreeSet<String>();
        for (int tag = 0; tag < 5; tag++) {
            if (random.nextBoolean()) {
                tags.add("t" + tag);
            }
        }
        row.put("tags", SetText.write(tags));
        var delta = new BigDecimal(random.nextInt(21) - 10).movePointLeft(random.nextInt(2));
        row.put(
                "n",
                new BigDecimal(before.getOrDefault("n", Optional.empty()).orElse("0"))
                        .add(delta)
                        .toPlainString());
        return row;
    }

    /** Any change, also one that has come before; but a source's progress keeps out what comes again after it was passed everywhere. */
    private void deliver(Region region, boolean missing) {
        if (changes.isEmpty()) {
            return;
        }
        int number = random.nextInt(changes.size());
        if (missing) {
            for (int other = 0; other < changes.size() && region.received.contains(number); other++) {
                number = (number + 1) % changes.size();
            }
        }
        RowState change = changes.get(number);
        if (region.received.contains(number) && !change.version().isAbove(region.floor)) {
            return;
        }
        region.received.add(number);
        region.clock = region.clock.saw(change.version(), now + region.skewMillis);
        region.state = region.state == null ? change : join.join(rule, region.state, change);
    }

    private void collect(Region region) {
        RowState state = region.state;
        boolean may = state != null
                && !state.alive()
                && switch (collecting) {
                    case NEVER -> false;
                    case AS_SOON_AS_IT_LIKES -> true;
                    case BELOW_THE_LOWEST_WATERMARK ->
                        Tombstones.mayGo(
                                state,
                                regions.stream()
                                        .map(each -> Optional.of(watermark(each)))
                                        .toList());
                };
        if (may && state != null) {
            region.floor = Version.max(region.floor, state.version());
            region.state = null;
        }
    }

    /** Below it everything has come; and all that is written from now on is above its clock, which has seen everything. */
    private long watermark(Region region) {
        region.clock = region.clock.tick(now + region.skewMillis);
        long mark = region.clock.last();
        for (int number = 0; number < changes.size(); number++) {
            if (!region.received.contains(number)) {
                mark = Math.min(mark, changes.get(number).version().clock());
            }
        }
        return mark;
    }

    static RowState inOrder(TableRule rule, List<RowState> changes) {
        return changes.stream().reduce((a, b) -> RowMerge.join(rule, a, b)).orElseThrow();
    }

    static List<RowState> reversed(List<RowState> changes) {
        var reversed = new ArrayList<>(changes);
        Collections.reverse(reversed);
        return reversed;
    }
}
