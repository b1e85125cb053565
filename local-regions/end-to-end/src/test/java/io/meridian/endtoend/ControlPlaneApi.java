package io.meridian.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** The REST API as a user's script would use it: any node that answers will do. */
final class ControlPlaneApi {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();
    private final List<String> nodes;
    private final String token;

    /** @param nodes base addresses, in the order in which they are tried */
    ControlPlaneApi(List<String> nodes, String token) {
        this.nodes = nodes;
        this.token = token;
    }

    record Answer(int status, JsonNode body) {}

    /** @return the run's id */
    String startMove(String shards, String to) throws Exception {
        Answer answer = move(shards, to, false);
        if (answer.status() != 202) {
            throw new AssertionError("move " + shards + " -> " + to + " was refused: " + answer);
        }
        return answer.body().path("id").asText();
    }

    Answer move(String shards, String to, boolean dryRun) throws Exception {
        String body = JSON.writeValueAsString(
                JSON.createObjectNode().put("shards", shards).put("to", to));
        return send("POST", "/api/v1/moves?dryRun=" + dryRun, "application/json", body, token);
    }

    JsonNode run(String id) throws Exception {
        return get("/api/v1/runs/" + id);
    }

    Answer cancel(String id) throws Exception {
        return send("POST", "/api/v1/runs/" + id + "/cancel", "application/json", "{}", token);
    }

    JsonNode get(String path) throws Exception {
        Answer answer = send("GET", path, "application/json", "", token);
        if (answer.status() != 200) {
            throw new AssertionError("GET " + path + ": " + answer);
        }
        return answer.body();
    }

    /** Asks until the run has ended. */
    JsonNode awaitEnd(String id, Duration limit) throws Exception {
        return await(
                "the end of " + id,
                limit,
                () -> run(id),
                run -> !run.path("endedAt").isNull());
    }

    /** Compares all regions' copies until they are equal; the last answer when they never were. */
    JsonNode verify() throws Exception {
        Answer started = send("POST", "/api/v1/verifications", "application/json", "{}", token);
        if (started.status() / 100 != 2) {
            throw new AssertionError("verification was refused: " + started);
        }
        String path = "/api/v1/verifications/" + started.body().path("id").asText();
        return await(
                "the end of the verification",
                Deadlines.of(Duration.ofSeconds(90)),
                () -> get(path),
                v -> !v.path("state").asText().equals("RUNNING"));
    }

    /** One request to the first node that answers; keeps its idempotency key over all of them. */
    Answer send(String method, String path, String type, String body, String bearer) throws Exception {
        return send(method, path, type, body, bearer, "");
    }

    /** @param reason for what takes one; empty: none is said */
    Answer send(String method, String path, String type, String body, String bearer, String reason) throws Exception {
        String key = UUID.randomUUID().toString();
        IOException last = new IOException("no nodes");
        for (String node : nodes) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(node + path))
                    .timeout(Duration.ofSeconds(15))
                    .header("Authorization", "Bearer " + bearer)
                    .header("Content-Type", type)
                    .header("Idempotency-Key", key)
                    .method(method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
            if (!reason.isEmpty()) {
                request.header("Meridian-Reason", reason);
            }
            try {
                HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
                JsonNode read = response.body().isBlank() ? JSON.createObjectNode() : JSON.readTree(response.body());
                if (response.statusCode() != 503) {
                    return new Answer(response.statusCode(), read);
                }
                last = new IOException(node + " answered 503: " + read);
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    interface Question {
        JsonNode ask() throws Exception;
    }

    /** Asks every 50 ms until {@code answered}; an outage of all nodes counts as not yet. */
    static JsonNode await(
            String what, Duration limit, Question question, java.util.function.Predicate<JsonNode> answered)
            throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        String last = "no answer";
        do {
            try {
                JsonNode answer = question.ask();
                if (answered.test(answer)) {
                    return answer;
                }
                last = answer.toString();
            } catch (IOException e) {
                last = e.toString();
            }
            java.util.concurrent.locks.LockSupport.parkNanos(
                    Duration.ofMillis(50).toNanos());
        } while (System.nanoTime() < deadline);
        throw new AssertionError("waited " + limit + " for " + what + "; last: " + last);
    }
}
