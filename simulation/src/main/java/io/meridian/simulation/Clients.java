package io.meridian.simulation;

import io.meridian.simulation.engine.Chance;
import io.meridian.simulation.judge.Invariant;
import io.meridian.simulation.judge.Violation;
import io.meridian.simulation.router.SimEdge;
import io.meridian.simulation.store.Writers;
import io.meridian.topology.ShardFunction;
import io.meridian.topology.ShardId;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes to any shard through any edge, all the time; mostly short transactions, some that last nearly as long as they may. */
final class Clients {
    private static final double LONG_ONES = 0.06;
    private static final double SLOW_WRITERS = 0.3;
    private static final int ROWS = 3;
    /** Of the longest: those that nothing ends in time. */
    private static final double UNBOUNDED = 0.2;

    private final World world;
    /** Their own, so that they ask for the same whatever else is left out of a history. */
    private final Chance chance;

    /** Apart, so that what was drawn before there were rows is still drawn. */
    private final Chance rows;

    private final long seed;
    private final boolean mayFail;
    private final SortedMap<ShardId, String> userKeys = new TreeMap<>();
    private final SortedMap<SimEdge.Answer, Integer> answers = new TreeMap<>();
    private final List<World.Region> regions;
    private int open;
    private boolean stopped;

    Clients(World world, long seed, boolean mayFail) {
        this.world = world;
        this.chance = new Chance(~seed);
        this.rows = new Chance(~(31 * seed));
        this.seed = seed;
        this.mayFail = mayFail;
        this.regions = List.copyOf(world.regions.values());
        var shards = new ShardFunction(World.SHARDS);
        for (int user = 0; userKeys.size() < World.SHARDS; user++) {
            userKeys.putIfAbsent(shards.shardOf("user-" + user), "user-" + user);
        }
    }

    void start() {
        if (!stopped) {
            request();
            world.scheduler.after(chance.delay(10_000, 250_000), this::start);
        }
    }

    void stop() {
        stopped = true;
    }

    /** Requests without an answer. */
    int open() {
        return open;
    }

    SortedMap<SimEdge.Answer, Integer> answers() {
        return answers;
    }

    /**
     * Some moves meet batch jobs that have just begun to write to their shards: transactions that last nearly as long as they may. Which, follows from
     * the step alone.
     */
    void slowOnesBefore(Step move, long seed) {
        var own = new Chance(31 * seed + move.number());
        if (!own.of(SLOW_WRITERS)) {
            return;
        }
        world.scheduler.at(move.atMillis() * 1_000 - own.delay(0, 300_000), () -> {
            for (ShardId shard : World.shards(move)) {
                request(shard, regions.get(own.below(regions.size())), 200, 2_400_000 + own.below(500_000));
            }
        });
    }

    private void request() {
        ShardId shard = ShardId.of(chance.below(World.SHARDS));
        request(shard, regions.get(chance.below(regions.size())), micros(), micros());
    }

    private long micros() {
        return chance.of(LONG_ONES) ? 100_000 + chance.below(2_800_000) : chance.delay(200, 15_000);
    }

    private void request(ShardId shard, World.Region at, long thinkMicros, long workMicros) {
        String userKey = userKeys.getOrDefault(shard, "");
        open++;
        int row = rows.below(ROWS);
        boolean unbounded = History.losesRegions(seed) && workMicros > 2_500_000 && rows.of(UNBOUNDED);
        long lasts = unbounded ? workMicros + rows.below(20_000_000) : workMicros;
        var asked = new Writers.Request(shard, userKey, row, thinkMicros, lasts, unbounded);
        at.edge().request(asked, answer -> {
            open--;
            answers.merge(answer, 1, Integer::sum);
            boolean failed = answer == SimEdge.Answer.UNAVAILABLE || answer == SimEdge.Answer.UNKNOWN;
            Violation.unless(
                    mayFail || !failed,
                    Invariant.NO_REQUEST_FAILS,
                    () -> "a write to shard " + shard + " at " + at.id() + "'s edge came back " + answer);
        });
    }

    /** One write to each shard through each edge; the last ones of a history. */
    void probe() {
        userKeys.keySet().forEach(shard -> regions.forEach(region -> request(shard, region, 300, 300)));
    }
}
