package io.meridian.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * Commands of the API in turn, again and again. Each goes through HTTP, the log of a majority, the audit, and is answered when the node that was
 * asked has applied it. When a node does not do it, the next one is asked, with the same idempotency key.
 */
final class Commands {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofMillis(500))
            .build();
    private final List<URI> nodes;
    private final Duration attempt;
    private final List<Asked> turns;
    private int node;
    private int turn;

    record Asked(String method, String path, String body) {}

    /** @param attempt how long one node is waited for */
    Commands(List<URI> nodes, Duration attempt, List<Asked> turns) {
        this.nodes = nodes;
        this.attempt = attempt;
        this.turns = turns;
    }

    /** The smallest there are: the brake, on and off. */
    static List<Asked> smallest() {
        return List.of(
                new Asked("PUT", "/api/v1/brake", "{\"reason\":\"bench\"}"), new Asked("DELETE", "/api/v1/brake", ""));
    }

    /** @throws BenchFailedException no node did it for long, or one refused */
    void next() throws InterruptedException {
        Asked asked = turns.get(turn++ % turns.size());
        String key = UUID.randomUUID().toString();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String last = "";
        while (System.nanoTime() < deadline) {
            var request = HttpRequest.newBuilder(nodes.get(node % nodes.size()).resolve(asked.path()))
                    .timeout(attempt)
                    .header("authorization", "Bearer " + ControlPlaneNodes.TOKEN)
                    .header("content-type", "application/json")
                    .header("idempotency-key", key)
                    .method(
                            asked.method(),
                            asked.body().isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(asked.body()))
                    .build();
            try {
                var response = http.send(request, BodyHandlers.ofString());
                if (response.statusCode() / 100 == 2) {
                    return;
                }
                if (response.statusCode() != 503) {
                    throw new BenchFailedException("a command was refused: " + response.body());
                }
                last = response.body();
            } catch (IOException outage) {
                last = outage.toString();
            }
            node++;
            Thread.sleep(5);
        }
        throw new BenchFailedException("no node did a command within " + PATIENCE + ": " + last);
    }
}
