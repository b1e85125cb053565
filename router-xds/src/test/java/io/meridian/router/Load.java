package io.meridian.router;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients at several edges that write without pause, each write under an id of its own. */
final class Load implements AutoCloseable {
    private static final int CLIENTS_PER_EDGE = 4;
    private static final int PAUSE_MILLIS = 5;

    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final AtomicInteger ids = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();

    Load(List<Region> edges, List<String> keys) {
        for (Region edge : edges) {
            for (int client = 0; client < CLIENTS_PER_EDGE; client++) {
                clients.execute(() -> run(edge, keys));
            }
        }
    }

    /** Returns when every request has its answer. */
    void stop() {
        stopping.countDown();
        close();
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    /** Paths, each of its own. */
    List<String> acknowledged() {
        return List.copyOf(acknowledged);
    }

    int answers() {
        return acknowledged.size();
    }

    @Override
    public void close() {
        stopping.countDown();
        clients.close();
    }

    private void run(Region edge, List<String> keys) {
        try {
            while (!stopping.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                int id = ids.incrementAndGet();
                String path = "/load/" + id;
                HttpResponse<String> answer =
                        edge.post(path, "body of " + id, "x-user-key", keys.get(id % keys.size()));
                if (answer.statusCode() == 200 && answer.body().endsWith(":body of " + id)) {
                    acknowledged.add(path);
                } else {
                    failures.add(path + ": " + answer.statusCode() + " "
                            + answer.headers().map() + " " + answer.body());
                }
            }
        } catch (Exception failed) {
            failures.add(failed.toString());
        }
    }
}
