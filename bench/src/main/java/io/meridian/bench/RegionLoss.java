package io.meridian.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.ledger.load.LoadOptions;
import io.meridian.ledger.load.LoadResult;
import io.meridian.ledger.load.LoadRun;
import io.meridian.local.LocalInstance;
import io.meridian.local.LocalRegion;
import io.meridian.local.Options;
import io.meridian.local.probe.Prober;
import io.meridian.topology.ShardFunction;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What users and operators wait for when a region is lost. All of its processes are killed at once; somebody asks for the failover the moment it is
 * allowed. A prober writes to every database directly all the time: it says when each shard takes writes again, that no two regions ever took them at
 * once, and whether anything acknowledged was lost silently.
 */
final class RegionLoss {
    private static final String NAME = "bench-failover";
    private static final int BASE = 27_000;
    private static final int PROBED = 16;
    private static final List<String> PROCESSES =
            List.of("envoy", "ledger", "router-xds", "control-plane", "sync-agent", "kafka", "postgres");
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration LOOK = Duration.ofMillis(20);
    /** T_tx and K of PROTOCOL 2; with L they make the goal. */
    private static final double SECONDS_BEYOND_LEASE = 5;

    private final int rounds;
    private final int rate;
    private final Duration lease;
    private final Map<String, List<Double>> figures = new HashMap<>();
    private final List<Measurement> results = new ArrayList<>();
    private long twoWriters;
    private long silentlyLost;

    RegionLoss(int rounds, int rate, Duration lease) {
        this.rounds = rounds;
        this.rate = rate;
        this.lease = lease;
    }

    List<Measurement> results() {
        return List.copyOf(results);
    }

    /** @return whether what must never be was not */
    boolean run() throws IOException, InterruptedException, SQLException {
        System.setProperty("meridian.local.lease", lease.toSeconds() + "s");
        var earlier = LocalInstance.attach(NAME);
        if (earlier.isPresent()) {
            earlier.get().reset();
        }
        LocalInstance instance = LocalInstance.up(Options.whole(NAME, BASE), System.err);
        try {
            Regions regions = Regions.of(instance);
            String lost = regions.names().getFirst();
            for (int round = 1; round <= rounds; round++) {
                System.err.println("round " + round + " of " + rounds + ": " + lost + " is lost ...");
                lose(regions, lost);
            }
        } finally {
            instance.reset();
        }
        measurements();
        return twoWriters == 0 && silentlyLost == 0;
    }

    private void lose(Regions regions, String lost) throws IOException, InterruptedException, SQLException {
        ControlPlane api = regions.controlPlane();
        List<Integer> own = api.shards().stream()
                .filter(shard -> shard.region().equals(lost))
                .map(ControlPlane.Placed::shard)
                .toList();
        String home = lost + "-1";
        try (Prober prober =
                        Prober.start(regions.instance(), keys(own, api.shards().size()));
                LoadRun load = LoadRun.start(LoadOptions.of(regions.edges(), rate, Duration.ofHours(1)))) {
            Thread.sleep(WARM_UP);
            long failedBefore = load.failed();
            long killed = System.nanoTime();
            for (String process : PROCESSES) {
                regions.instance().process(lost + "/" + process).kill();
            }
            JsonNode run = failOver(api, lost);
            note("detected", killed);
            String id = run.path("id").asText();
            await(() -> api.get("/api/v1/runs/" + id), state -> hasLeft(state, "EXPIRING"));
            note("expired", killed);
            run = await(
                    () -> api.get("/api/v1/runs/" + id),
                    state -> !state.path("endedAt").isNull());
            if (!run.path("state").asText().equals("DONE")) {
                throw new BenchFailedException("the failover ended " + run);
            }
            firstWrites(prober, lost, killed);
            figure("exposure", run.path("exposure").path("seconds").asDouble());
            figure("failed", load.failed() - failedBefore);
            long back = System.nanoTime();
            for (String process : PROCESSES.reversed()) {
                regions.instance().process(lost + "/" + process).restart();
            }
            note("restarted", back);
            await(
                    () -> region(api, lost),
                    region -> region.path("data").asText().equals("RECONCILED"));
            note("rejoined", back);
            prober.stop();
            LoadResult result = load.stop();
            figure("doubled", result.doubled());
            judge(regions, prober, lost);
        }
        if (!(api.move(ShardRanges.of(own), home) instanceof ControlPlane.Ended.Done)) {
            throw new BenchFailedException("the shards could not be brought home");
        }
    }

    /** Asks until it is allowed: as long as the region is taken to be alive it is refused. */
    private static JsonNode failOver(ControlPlane api, String lost) throws IOException, InterruptedException {
        String wanted = "{\"region\":\"" + lost + "\",\"maxLoss\":\"600s\"}";
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                ControlPlane.Reply reply = api.exchange("POST", "/api/v1/failovers", wanted);
                if (reply.status() == 202) {
                    return reply.body();
                }
                if (!reply.body().path("type").asText().endsWith(":region-alive") || System.nanoTime() > deadline) {
                    throw new BenchFailedException("the failover was refused: " + reply.body());
                }
            } catch (IOException electing) {
                if (System.nanoTime() > deadline) {
                    throw electing;
                }
            }
            Thread.sleep(LOOK);
        }
    }

    private void judge(Regions regions, Prober prober, String lost) throws SQLException {
        List<String> writers = prober.twoWriters();
        writers.forEach(System.err::println);
        twoWriters += writers.size();
        for (String region : regions.names()) {
            List<Prober.Admitted> missing = prober.silentlyLost(region);
            missing.stream().limit(20).forEach(one -> System.err.println("lost silently in " + region + ": " + one));
            silentlyLost += missing.size();
        }
        figure("orphans", orphans(regions.instance().region(lost)));
    }

    private static double orphans(LocalRegion region) throws SQLException {
        try (Connection store = DriverManager.getConnection(
                        region.addresses().postgres(), "meridian_agent", region.password("meridian_agent"));
                Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from meridian.orphan")) {
            row.next();
            return row.getLong(1);
        }
    }

    private void firstWrites(Prober prober, String lost, long killed) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Set<Integer> shards = new HashSet<>();
        Map<Integer, Long> first = new HashMap<>();
        prober.admitted().forEach(one -> shards.add(one.shard()));
        while (first.size() < shards.size()) {
            if (System.nanoTime() > deadline) {
                throw new BenchFailedException("only " + first.keySet() + " of " + shards + " take writes again");
            }
            prober.admitted().stream()
                    .filter(one -> !one.region().equals(lost) && one.ended() - killed > 0)
                    .forEach(one -> first.merge(one.shard(), one.ended(), Math::min));
            Thread.sleep(LOOK);
        }
        first.values().forEach(at -> figure("writable", (at - killed) / 1e6));
    }

    private static boolean hasLeft(JsonNode run, String state) {
        for (JsonNode step : run.path("steps")) {
            if (step.path("name").asText().equals(state)) {
                return !step.path("millis").isNull();
            }
        }
        return false;
    }

    private interface Question {
        JsonNode ask() throws IOException, InterruptedException;
    }

    private static JsonNode await(Question question, Predicate<JsonNode> answered)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                JsonNode answer = question.ask();
                if (answered.test(answer)) {
                    return answer;
                }
                if (System.nanoTime() > deadline) {
                    throw new BenchFailedException("waited " + PATIENCE + "; last: " + answer);
                }
            } catch (IOException electing) {
                if (System.nanoTime() > deadline) {
                    throw electing;
                }
            }
            Thread.sleep(LOOK);
        }
    }

    private static JsonNode region(ControlPlane api, String name) throws IOException, InterruptedException {
        for (JsonNode region : api.get("/api/v1/regions")) {
            if (region.path("name").asText().equals(name)) {
                return region;
            }
        }
        throw new BenchFailedException("there is no region " + name);
    }

    /** A user of each of some of the shards. */
    private static List<String> keys(List<Integer> shards, int all) {
        var function = new ShardFunction(all);
        int step = Math.max(1, shards.size() / PROBED);
        return IntStream.range(0, Math.min(PROBED, shards.size()))
                .mapToObj(place -> shards.get(place * step))
                .map(shard -> IntStream.range(0, 10_000_000)
                        .mapToObj(number -> "probed-" + number)
                        .filter(key -> function.shardOf(key).number() == shard)
                        .findFirst()
                        .orElseThrow())
                .toList();
    }

    private void note(String what, long sinceNanos) {
        figure(what, (System.nanoTime() - sinceNanos) / 1e6);
    }

    private void figure(String what, double value) {
        figures.computeIfAbsent(what, _ -> new ArrayList<>()).add(value);
    }

    private void measurements() {
        double goal = (lease.toSeconds() + SECONDS_BEYOND_LEASE) * 1000;
        add("failover.detected", "ms");
        add("failover.expired", "ms");
        results.add(Measurement.of("failover.writable.p50", percentile("writable", 0.5), "ms"));
        results.add(Measurement.of("failover.writable.max", percentile("writable", 1), "ms")
                .atMost(goal));
        add("failover.exposure", "s");
        add("failover.failed", "requests");
        add("failover.orphans", "writes");
        add("failover.restarted", "ms");
        add("failover.rejoined", "ms");
        results.add(Measurement.of("failover.doubled", percentile("doubled", 1), "writes")
                .atMost(0));
        results.add(Measurement.of("failover.two-writers", (double) twoWriters, "writes")
                .atMost(0));
        results.add(Measurement.of("failover.lost-silently", (double) silentlyLost, "writes")
                .atMost(0));
    }

    private void add(String metric, String unit) {
        String what = metric.substring(metric.indexOf('.') + 1);
        results.add(Measurement.of(metric + ".p50", percentile(what, 0.5), unit));
        results.add(Measurement.of(metric + ".max", percentile(what, 1), unit));
    }

    private @Nullable Double percentile(String what, double share) {
        List<Double> sorted =
                figures.getOrDefault(what, List.of()).stream().sorted().toList();
        return sorted.isEmpty() ? null : sorted.get((int) Math.round((sorted.size() - 1) * share));
    }
}
