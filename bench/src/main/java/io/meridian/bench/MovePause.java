package io.meridian.bench;

import io.meridian.ledger.load.LoadOptions;
import io.meridian.ledger.load.LoadResult;
import io.meridian.ledger.load.LoadRun;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long requests wait when their shards move: a third of all shards go from the first region to the second and back, several times, under
 * load through all edges. The pause of a request is its latency less the median of those that no move held.
 */
final class MovePause implements Bench {
    private static final double PAUSE_GOAL_MILLIS = 300;
    /** Connections are open and code is warm by then. */
    private static final Duration WARM_UP = Duration.ofSeconds(5);

    private static final Duration BETWEEN_MOVES = Duration.ofSeconds(1);
    /** A busy machine replicates late, and a move that finds that waits no longer than it should; then it is tried again. */
    private static final int ATTEMPTS = 5;

    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(5);

    private final int rounds;
    private final int rate;

    MovePause(int rounds, int rate) {
        this.rounds = rounds;
        this.rate = rate;
    }

    @Override
    public String title() {
        return "the pause of a move (" + rounds + " times there and back, " + rate + " requests/s)";
    }

    @Override
    public List<Measurement> run(Regions regions) throws IOException, InterruptedException {
        if (regions.names().size() < 2) {
            throw new BenchFailedException("a move needs two regions; start three with ./meridian up --regions 3");
        }
        Map<String, List<Integer>> homes = homes(regions);
        List<Integer> all =
                homes.values().stream().flatMap(List::stream).sorted().toList();
        String away = regions.names().get(1) + "-1";
        var moves = new Moves(regions.controlPlane());
        LoadResult result;
        try (LoadRun load = LoadRun.start(LoadOptions.of(regions.edges(), rate, Duration.ofHours(1)))) {
            Thread.sleep(WARM_UP);
            for (int round = 0; round < rounds; round++) {
                moves.move(all, away);
                for (var home : homes.entrySet()) {
                    moves.move(home.getValue(), home.getKey());
                }
            }
            result = load.stop();
        }
        result.findings().stream().limit(20).forEach(System.err::println);
        return measurements(result, moves);
    }

    /** What was moved so far. */
    private static final class Moves {
        private final ControlPlane controlPlane;
        private final List<Long> millis = new ArrayList<>();
        private int rolledBack;

        Moves(ControlPlane controlPlane) {
            this.controlPlane = controlPlane;
        }

        void move(List<Integer> shards, String to) throws IOException, InterruptedException {
            for (int attempt = 1; ; attempt++) {
                switch (controlPlane.move(ShardRanges.of(shards), to)) {
                    case ControlPlane.Ended.Done(Duration lasting) -> {
                        millis.add(lasting.toMillis());
                        Thread.sleep(BETWEEN_MOVES);
                        return;
                    }
                    case ControlPlane.Ended.RolledBack(String problem) -> {
                        rolledBack++;
                        System.err.println("a move to " + to + " was rolled back: " + problem);
                        if (attempt == ATTEMPTS) {
                            throw new BenchFailedException("no move to " + to + " in " + ATTEMPTS + " attempts");
                        }
                        Thread.sleep(BETWEEN_ATTEMPTS);
                    }
                }
            }
        }
    }

    /** A third of all shards, those of the first region, by the zone that each has now and goes back to. */
    private static Map<String, List<Integer>> homes(Regions regions) throws IOException, InterruptedException {
        List<ControlPlane.Placed> shards = regions.controlPlane().shards();
        Map<String, List<Integer>> homes = new LinkedHashMap<>();
        shards.stream()
                .filter(shard -> shard.region().equals(regions.names().getFirst()))
                .limit(shards.size() / 3)
                .forEach(shard -> homes.computeIfAbsent(shard.zone(), _ -> new ArrayList<>())
                        .add(shard.shard()));
        if (homes.isEmpty()) {
            throw new BenchFailedException(regions.names().getFirst() + " owns no shard that could be moved");
        }
        return homes;
    }

    private static List<Measurement> measurements(LoadResult result, Moves moves) {
        List<Long> sorted = moves.millis.stream().sorted().toList();
        return List.of(
                Measurement.of("move.pause.p50", result.pause().percentileMillis(0.5), "ms"),
                Measurement.of("move.pause.p99", result.pause().percentileMillis(0.99), "ms")
                        .atMost(PAUSE_GOAL_MILLIS),
                Measurement.of("move.pause.max", result.pause().percentileMillis(1), "ms"),
                Measurement.of("move.held", (double) result.pause().count(), "requests"),
                Measurement.of("move.duration.p50", (double) sorted.get((sorted.size() - 1) / 2), "ms"),
                Measurement.of("move.duration.max", (double) sorted.getLast(), "ms"),
                Measurement.of("move.rolled-back", (double) moves.rolledBack, "moves")
                        .atMost(0),
                Measurement.of("load.latency.p50", result.latency().percentileMillis(0.5), "ms"),
                Measurement.of("load.requests", (double) result.requests(), "requests"),
                Measurement.of("load.failed", (double) result.failed(), "requests")
                        .atMost(0),
                Measurement.of("load.lost", (double) result.lost(), "writes").atMost(0),
                Measurement.of("load.doubled", (double) result.doubled(), "writes")
                        .atMost(0));
    }
}
