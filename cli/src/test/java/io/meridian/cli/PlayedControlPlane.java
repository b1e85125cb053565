package io.meridian.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** Answers as the control plane's REST contract says, with what a test put in; the last answer of a place is given again and again. */
final class PlayedControlPlane implements AutoCloseable {
    static final String TOKEN = "s3cret";

    /** Of an answer: the connection ends without one. */
    private static final int LOST = 0;

    private final HttpServer server;
    private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    private record Answer(int status, String body, String location) {}

    record Asked(
            String what,
            String authorization,
            String idempotencyKey,
            String contentType,
            String ifMatch,
            String body,
            String reason,
            String lastEventId) {}

    private PlayedControlPlane(HttpServer server) {
        this.server = server;
    }

    static PlayedControlPlane start() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var plane = new PlayedControlPlane(server);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", plane::answer);
        server.start();
        return plane;
    }

    /** @param what such as {@code GET /shards}, with the query */
    PlayedControlPlane answers(String what, int status, String body) {
        answers.computeIfAbsent(what, _ -> new ArrayDeque<>()).add(new Answer(status, body, ""));
        return this;
    }

    /** Nothing was done yet; what becomes of it stands at {@code location}. */
    PlayedControlPlane accepts(String what, String location, String body) {
        answers.computeIfAbsent(what, _ -> new ArrayDeque<>()).add(new Answer(202, body, location));
        return this;
    }

    PlayedControlPlane loses(String what) {
        return answers(what, LOST, "");
    }

    PlayedControlPlane refuses(String what, int status, String type, String detail, String errors) {
        return answers(what, status, """
                {"type": "urn:meridian:problem:%s", "title": "%s", "status": %d, "detail": "%s", "errors": [%s]}""".formatted(type, type.replace('-', ' '), status, detail, errors));
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Asked> asked() {
        return List.copyOf(asked);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String what = exchange.getRequestMethod() + " "
                    + exchange.getRequestURI().toString().replaceFirst("^/api/v1", "");
            var headers = exchange.getRequestHeaders();
            asked.add(new Asked(
                    what,
                    String.valueOf(headers.getFirst("Authorization")),
                    String.valueOf(headers.getFirst("Idempotency-Key")),
                    String.valueOf(headers.getFirst("Content-Type")),
                    String.valueOf(headers.getFirst("If-Match")),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                    String.valueOf(headers.getFirst("Meridian-Reason")),
                    String.valueOf(headers.getFirst("Last-Event-ID"))));
            Answer answer = next(what);
            if (answer.status() != LOST) {
                byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
                if (!answer.location().isEmpty()) {
                    exchange.getResponseHeaders().add("Location", answer.location());
                }
                exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    private synchronized Answer next(String what) {
        Deque<Answer> left = answers.get(what);
        if (left == null) {
            return new Answer(404, "the test plays no answer to " + what, "");
        }
        return left.size() > 1 ? left.removeFirst() : left.getFirst();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
