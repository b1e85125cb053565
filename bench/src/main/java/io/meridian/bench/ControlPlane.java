package io.meridian.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The REST API, as far as benches need it. Asks the nodes in turn until one answers. */
final class ControlPlane {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration MOVE_LIMIT = Duration.ofMinutes(5);
    private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(100);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3))
            .build();
    private final List<URI> nodes;
    private final String token;

    ControlPlane(List<URI> nodes, String token) {
        this.nodes = nodes;
        this.token = token;
    }

    /** A shard and who owns it. */
    record Placed(int shard, String region, String zone) {}

    List<Placed> shards() throws IOException, InterruptedException {
        List<Placed> shards = new ArrayList<>();
        for (JsonNode shard : get("/api/v1/shards").path("shards")) {
            shards.add(placed(shard));
        }
        return shards;
    }

    Placed where(String key) throws IOException, InterruptedException {
        return placed(get("/api/v1/shards/where?key=" + URLEncoder.encode(key, StandardCharsets.UTF_8)));
    }

    private static Placed placed(JsonNode shard) {
        return new Placed(
                shard.path("shard").asInt(),
                shard.path("region").asText(),
                shard.path("zone").asText());
    }

    /** How a move ended. */
    sealed interface Ended {
        /** @param lasting as the control plane counts its steps */
        record Done(Duration lasting) implements Ended {}

        record RolledBack(String problem) implements Ended {}
    }

    /**
     * Moves and waits for the end.
     *
     * @throws BenchFailedException it was refused, did not end, or needs an operator
     */
    Ended move(String shards, String to) throws IOException, InterruptedException {
        String body = JSON.writeValueAsString(
                JSON.createObjectNode().put("shards", shards).put("to", to));
        JsonNode run = send("POST", "/api/v1/moves", body, 202);
        String id = run.path("id").asText();
        long deadline = System.nanoTime() + MOVE_LIMIT.toNanos();
        while (run.path("endedAt").isNull() || run.path("endedAt").isMissingNode()) {
            if (System.nanoTime() > deadline) {
                throw new BenchFailedException("move " + id + " did not end within " + MOVE_LIMIT + ": " + run);
            }
            Thread.sleep(BETWEEN_QUESTIONS);
            run = get("/api/v1/runs/" + id);
        }
        return ended(id, run);
    }

    private static Ended ended(String id, JsonNode run) {
        String problem = run.path("problem").asText();
        return switch (run.path("state").asText()) {
            case "DONE" -> {
                long millis = 0;
                for (JsonNode step : run.path("steps")) {
                    millis += step.path("millis").asLong();
                }
                yield new Ended.Done(Duration.ofMillis(millis));
            }
            case "ROLLED_BACK" -> new Ended.RolledBack(problem);
            default ->
                throw new BenchFailedException(
                        "move " + id + " ended " + run.path("state").asText() + ": " + problem);
        };
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return send("GET", path, "", 200);
    }

    JsonNode send(String method, String path, String body, int expected) throws IOException, InterruptedException {
        Reply reply = exchange(method, path, body);
        if (reply.status() != expected) {
            throw new BenchFailedException(
                    method + " " + path + " was answered " + reply.status() + ": " + reply.body());
        }
        return reply.body();
    }

    /** Of a node that could answer. */
    record Reply(int status, JsonNode body) {}

    /** One idempotency key for all attempts: a node that did not answer may have done it. */
    Reply exchange(String method, String path, String body) throws IOException, InterruptedException {
        String key = UUID.randomUUID().toString();
        IOException last = new IOException("no control-plane node");
        for (URI node : nodes) {
            var request = HttpRequest.newBuilder(node.resolve(path))
                    .timeout(Duration.ofSeconds(15))
                    .header("authorization", "Bearer " + token)
                    .header("content-type", "application/json")
                    .header("idempotency-key", key)
                    .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                    .build();
            try {
                var response = http.send(request, BodyHandlers.ofString());
                if (response.statusCode() != 503) {
                    return new Reply(response.statusCode(), JSON.readTree(response.body()));
                }
                last = new IOException(node + " answered 503: " + response.body());
            } catch (IOException outage) {
                last = outage;
            }
        }
        throw last;
    }
}
