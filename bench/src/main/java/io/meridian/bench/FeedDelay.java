package io.meridian.bench;

import io.meridian.ledger.load.Waits;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long after a command was sent each of many readers of one node's change feed (SSE) has heard of it, beside how long the command's own
 * answer took.
 */
final class FeedDelay {
    private static final Duration HEAR_LIMIT = Duration.ofSeconds(30);
    private static final Duration REST = Duration.ofMillis(250);

    private final int watchers;
    private final int changes;
    private volatile Awaited awaited;

    FeedDelay(int watchers, int changes) {
        this.watchers = watchers;
        this.changes = changes;
        awaited = new Awaited(watchers);
    }

    /** What is waited for at this moment: everybody's first event since. */
    private static final class Awaited {
        final long sentNanos = System.nanoTime();
        final CountDownLatch missing;
        final List<Long> heardNanos = new ArrayList<>();

        Awaited(int watchers) {
            missing = new CountDownLatch(watchers);
        }

        void heard(long now) {
            synchronized (heardNanos) {
                heardNanos.add(now - sentNanos);
            }
            missing.countDown();
        }
    }

    List<Measurement> run(ControlPlaneNodes nodes) throws IOException, InterruptedException {
        URI node = nodes.api(nodes.names().getFirst());
        var delays = new ArrayList<Long>();
        var answers = new ArrayList<Long>();
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        try {
            for (int watcher = 0; watcher < watchers; watcher++) {
                var _ = http.sendAsync(
                        HttpRequest.newBuilder(node.resolve("/api/v1/events"))
                                .header("authorization", "Bearer " + ControlPlaneNodes.TOKEN)
                                .header("accept", "text/event-stream")
                                .build(),
                        BodyHandlers.fromLineSubscriber(new Watcher()));
            }
            hear(awaited, "its first event");
            var commands = new Commands(List.of(node), HEAR_LIMIT, BigTopology.small());
            for (int change = 0; change < changes; change++) {
                Thread.sleep(REST);
                var present = new Awaited(watchers);
                awaited = present;
                commands.next();
                answers.add(System.nanoTime() - present.sentNanos);
                hear(present, "a change");
                synchronized (present.heardNanos) {
                    delays.addAll(present.heardNanos);
                }
            }
        } finally {
            http.shutdownNow(); // Closing waits for streams that never end.
        }
        var all = new ArrayList<Measurement>();
        all.add(Measurement.of("feed.watchers", (double) watchers, "readers"));
        all.addAll(Measurement.of("feed.delay", Waits.of(delays)));
        all.add(Measurement.of("feed.command.p50", Waits.of(answers).percentileMillis(0.5), "ms"));
        return all;
    }

    private void hear(Awaited present, String what) throws InterruptedException {
        if (!present.missing.await(HEAR_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new BenchFailedException(present.missing.getCount() + " of " + watchers + " readers did not hear "
                    + what + " within " + HEAR_LIMIT);
        }
    }

    /** Tells of the first event since what is awaited changed. */
    private final class Watcher implements Flow.Subscriber<String> {
        private @Nullable Awaited told;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String line) {
            Awaited present = awaited;
            if (line.startsWith("data:") && told != present) {
                told = present;
                present.heard(System.nanoTime());
            }
        }

        @Override
        public void onError(Throwable broken) {}

        @Override
        public void onComplete() {}
    }
}
