package io.meridian.drill.measure;

import io.meridian.drill.scenario.Scenario;
import io.meridian.local.Patience;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes markers into the example application's ledger through the regions' edges, by schedule, whatever became of those before: a stall is counted by
 * all that it delays. A marker is a transfer between two accounts of a user of its shard, with a request id that is used once; nothing is repeated,
 * so that what fails is seen to fail. A sample of the shards is written to through each edge once per interval, all others one after the other.
 */
public final class EdgeProber implements AutoCloseable {
    /** Above all waits of one pass through an edge: 10 s of hold, 15 s of route. */
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final Duration RECENT = Duration.ofSeconds(10);
    private static final Duration UNSERVED = Duration.ofSeconds(5);
    private static final Duration OPENING_PATIENCE = Patience.of(Duration.ofSeconds(90));
    private static final int OPENING_AT_ONCE = 16;
    private static final long OPENED_WITH = 1_000_000_000;

    /** Where a region's clients come in. */
    public record Edge(String region, URI address) {}

    /** How it goes just now, without edges that are lost on purpose. */
    public record Recent(long ok, long failed, int unserved, int sample) {
        public double failedShare() {
            return ok + failed == 0 ? 0 : (double) failed / (ok + failed);
        }

        public double unservedShare() {
            return sample == 0 ? 0 : (double) unserved / sample;
        }
    }

    private record Way(int shard, Edge edge) {}

    private final List<Edge> edges;
    private final String[] keys;
    private final List<Integer> sample;
    private final Scenario.Probe pace;
    private final String prefix;
    private final LongSupplier clock;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
    private final AtomicLong number = new AtomicLong();
    private final AtomicInteger pending = new AtomicInteger();
    private final Deque<Probe> answered = new ConcurrentLinkedDeque<>();
    private final Map<Way, Long> lastServed = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile Set<String> dead = Set.of();
    private volatile Set<String> lost = Set.of();
    private volatile boolean running;

    /**
     * @param keys a user of each shard
     * @param prefix of the markers' request ids
     * @param clock of the drill
     */
    public EdgeProber(
            List<Edge> edges,
            String[] keys,
            List<Integer> sample,
            Scenario.Probe pace,
            String prefix,
            LongSupplier clock) {
        this.edges = List.copyOf(edges);
        this.keys = keys.clone();
        this.sample = List.copyOf(sample);
        this.pace = pace;
        this.prefix = prefix;
        this.clock = clock;
    }

    /**
     * Opens both accounts of every user.
     *
     * @param open users who have them
     * @throws IOException they could not be opened in time
     */
    public void openAccounts(Set<String> open) throws IOException, InterruptedException {
        var places = new Semaphore(OPENING_AT_ONCE);
        var failure = new java.util.concurrent.atomic.AtomicReference<@Nullable String>();
        long deadline = System.nanoTime() + OPENING_PATIENCE.toNanos();
        try (var opening = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String user : keys) {
                if (open.contains(user)) {
                    continue;
                }
                for (String account : List.of("main", "saved")) {
                    places.acquire();
                    opening.submit(() -> {
                        try {
                            open(user, account, deadline).ifPresent(failure::set);
                        } finally {
                            places.release();
                        }
                        return true;
                    });
                }
                if (failure.get() != null) {
                    break;
                }
            }
        }
        if (failure.get() != null) {
            throw new IOException("the ledger does not open accounts for the drill's users: " + failure.get());
        }
    }

    /** @return what stood in the way; empty: it is open */
    private java.util.Optional<String> open(String user, String account, long deadline) throws InterruptedException {
        while (true) {
            Edge edge = edges.get((int) (number.getAndIncrement() % edges.size()));
            HttpRequest request = HttpRequest.newBuilder(edge.address().resolve("/accounts/" + account))
                    .timeout(TIMEOUT)
                    .header("x-user-key", user)
                    .header("content-type", "application/json")
                    .PUT(BodyPublishers.ofString("{\"amount\":" + OPENED_WITH + "}"))
                    .build();
            String answer;
            try {
                HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
                if (response.statusCode() / 100 == 2) {
                    return java.util.Optional.empty();
                }
                answer = edge.region() + " answered " + response.statusCode() + " " + response.body();
            } catch (IOException broken) {
                answer = edge.region() + ": " + broken;
            }
            if (System.nanoTime() - deadline > 0) {
                return java.util.Optional.of(answer);
            }
            Thread.sleep(200);
        }
    }

    public void start() {
        running = true;
        List<Way> ways = IntStream.range(0, sample.size() * edges.size())
                .mapToObj(place -> new Way(
                        sample.get(place % sample.size()),
                        edges.get((place / sample.size() + place % sample.size()) % edges.size())))
                .toList();
        ways.forEach(way -> lastServed.put(way, clock.getAsLong()));
        if (!ways.isEmpty()) {
            long between = pace.every().toNanos() / ways.size();
            threads.add(Thread.ofPlatform().name("probe-sample").start(() -> send(ways, between, true)));
        }
        Set<Integer> sampled = new HashSet<>(sample);
        List<Integer> others = IntStream.range(0, keys.length)
                .filter(shard -> !sampled.contains(shard))
                .boxed()
                .toList();
        if (pace.othersPerSecond() > 0 && !others.isEmpty()) {
            List<Way> rest = IntStream.range(0, others.size())
                    .mapToObj(place -> new Way(others.get(place), edges.get(place % edges.size())))
                    .toList();
            long between = Duration.ofSeconds(1).toNanos() / pace.othersPerSecond();
            threads.add(Thread.ofPlatform().name("probe-others").start(() -> send(rest, between, false)));
        }
    }

    private void send(List<Way> ways, long betweenNanos, boolean sampled) {
        long next = System.nanoTime();
        for (long place = 0; running; place++) {
            Way way = ways.get((int) (place % ways.size()));
            if (!dead.contains(way.edge().region())) {
                send(way, sampled);
            }
            next += betweenNanos;
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private void send(Way way, boolean sampled) {
        String id = prefix + number.getAndIncrement();
        long sent = clock.getAsLong();
        HttpRequest request = HttpRequest.newBuilder(way.edge().address().resolve("/transfers"))
                .timeout(TIMEOUT)
                .header("x-user-key", keys[way.shard()])
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(
                        "{\"request\":\"" + id + "\",\"from\":\"main\",\"to\":\"saved\",\"amount\":1}"))
                .build();
        pending.incrementAndGet();
        http.sendAsync(request, BodyHandlers.ofString()).whenComplete((response, broken) -> {
            long now = clock.getAsLong();
            String kind = response == null ? kind(broken) : kind(response);
            if (kind.isEmpty() && sampled) {
                lastServed.put(way, now);
            }
            answered.add(new Probe(way.shard(), way.edge().region(), id, sampled, sent, now, kind.isEmpty(), kind));
            pending.decrementAndGet();
        });
    }

    private static String kind(HttpResponse<String> response) {
        if (response.statusCode() == 201) {
            return "";
        }
        return (response.statusCode() + " "
                        + response.headers().firstValue("x-meridian-reason").orElse(""))
                .strip();
    }

    private static String kind(@Nullable Throwable broken) {
        Throwable cause = broken instanceof CompletionException || broken instanceof ExecutionException
                ? broken.getCause()
                : broken;
        return cause instanceof HttpTimeoutException ? "timeout" : "connection";
    }

    /** Nothing is sent to that region's edge until {@link #allLive}: it is dead, and its clients are elsewhere. */
    public void dead(String region) {
        dead = Set.of(region);
        lost = Set.of(region);
    }

    /** Clients of that region's edge go on, and what they see counts for nobody else. */
    public void lost(String region) {
        lost = Set.of(region);
    }

    public void allLive() {
        long now = clock.getAsLong();
        lastServed.replaceAll((way, served) -> lost.contains(way.edge().region()) ? now : served);
        dead = Set.of();
        lost = Set.of();
    }

    public Recent recent() {
        long now = clock.getAsLong();
        long ok = 0;
        long failed = 0;
        for (var each = answered.descendingIterator(); each.hasNext(); ) {
            Probe probe = each.next();
            if (now - probe.answered() > RECENT.toNanos()) {
                break;
            }
            if (!lost.contains(probe.edge())) {
                ok += probe.ok() ? 1 : 0;
                failed += probe.ok() ? 0 : 1;
            }
        }
        long limit = UNSERVED.toNanos() + pace.every().toNanos();
        int unserved = (int) sample.stream()
                .filter(shard -> edges.stream()
                        .filter(edge -> !lost.contains(edge.region()))
                        .allMatch(edge -> now - lastServed.getOrDefault(new Way(shard, edge), now) > limit))
                .count();
        return new Recent(ok, failed, unserved, sample.size());
    }

    /** In the order in which their answers came. */
    public List<Probe> answered() {
        return List.copyOf(answered);
    }

    /** Sends no more; returns when every request has its answer or is given up. */
    public void stop() throws InterruptedException {
        running = false;
        for (Thread thread : threads) {
            thread.join();
        }
        long deadline = System.nanoTime() + TIMEOUT.plusSeconds(5).toNanos();
        while (pending.get() > 0 && System.nanoTime() - deadline < 0) {
            Thread.sleep(50);
        }
    }

    @Override
    public void close() throws InterruptedException {
        stop();
        http.shutdownNow();
    }
}
