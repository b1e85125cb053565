package io.meridian.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.BiPredicate;

/**
 * The control plane's REST API. A question whose answer got lost is asked again, a bounded number of times; a change carries an idempotency
 * key, the same in each attempt, so that it takes effect once. Every method blocks.
 */
public final class ControlApi implements AutoCloseable {
    private static final int ATTEMPTS = 5;
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(400);
    private static final Duration CONNECT = Duration.ofSeconds(3);

    /** A change waits for Raft, whose own limit is 3 s; an election may pass before. */
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private static final Duration PATIENT_ANSWER = Duration.ofSeconds(45);

    private final URI address;
    private final String token;
    private final String reason;
    private OptionalLong onlyAt = OptionalLong.empty();
    private Optional<String> key = Optional.empty();
    private Optional<String> changeSent = Optional.empty();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();

    /** @param address of any control-plane node, such as {@code http://127.0.0.1:21010} */
    public ControlApi(URI address, String token) {
        this(address, token, "");
    }

    /** @param reason why whatever is changed is changed; empty: it is not said */
    public ControlApi(URI address, String token, String reason) {
        this.address = address;
        this.token = token;
        this.reason = reason;
    }

    /** Later changes of the topology are refused unless it is at this revision; empty: whatever it is at. */
    public void onlyAt(OptionalLong revision) {
        onlyAt = revision;
    }

    /** Changes carry this key: one that was asked for with it before takes effect no second time, and is answered as then. */
    public void repeating(String said) {
        key = Optional.of(said);
    }

    /** The key of the last change that took effect or may have; empty: none was asked for, or it was refused. A dry run is none. */
    public Optional<String> changeSent() {
        return changeSent;
    }

    /** @param path below {@code /api/v1}, such as {@code /runs}, with its query */
    public JsonNode get(String path) throws InterruptedException {
        return send(request(path, ANSWER).GET().build());
    }

    /**
     * All pages of a list as one.
     *
     * @param path without a query of its own
     * @param member that holds the list
     */
    public JsonNode pages(String path, String member) throws InterruptedException {
        return pages(path, "", member);
    }

    /** @param query such as {@code waiting=true}, or empty */
    public JsonNode pages(String path, String query, String member) throws InterruptedException {
        String first = path + "?limit=200" + (query.isEmpty() ? "" : "&" + query);
        JsonNode whole = get(first);
        JsonNode page = whole;
        while (whole.path(member) instanceof ArrayNode all && page.path("next").isTextual()) {
            page = get(first + "&cursor=" + encoded(page.path("next").asText()));
            page.path(member).forEach(all::add);
        }
        return whole instanceof ObjectNode document ? document.putNull("next") : whole;
    }

    /** @throws WaitsException another person has to approve it first; so with every change */
    public JsonNode post(String path, JsonNode body) throws InterruptedException {
        return change(path, "POST", "application/json", body.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Under a key of the caller's: put to several nodes, it takes effect once. */
    public JsonNode post(String path, JsonNode body, String ofThis) throws InterruptedException {
        return change(
                path, "POST", "application/json", body.toString().getBytes(StandardCharsets.UTF_8), ANSWER, ofThis);
    }

    /** For what takes as long as a node takes to catch up. */
    public JsonNode postPatiently(String path, JsonNode body) throws InterruptedException {
        byte[] document = body.toString().getBytes(StandardCharsets.UTF_8);
        return change(path, "POST", "application/json", document, PATIENT_ANSWER);
    }

    public JsonNode delete(String path) throws InterruptedException {
        return change(path, "DELETE", "application/json", new byte[0], PATIENT_ANSWER);
    }

    public JsonNode put(String path, String contentType, byte[] body) throws InterruptedException {
        return change(path, "PUT", contentType, body);
    }

    /** {@code text} as it stands in a path or a query. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private JsonNode change(String path, String method, String contentType, byte[] body) throws InterruptedException {
        return change(path, method, contentType, body, ANSWER);
    }

    private JsonNode change(String path, String method, String contentType, byte[] body, Duration limit)
            throws InterruptedException {
        return change(
                path,
                method,
                contentType,
                body,
                limit,
                key.orElseGet(() -> UUID.randomUUID().toString()));
    }

    private JsonNode change(String path, String method, String contentType, byte[] body, Duration limit, String ofThis)
            throws InterruptedException {
        HttpRequest.Builder request = request(path, limit);
        if (!reason.isEmpty()) {
            request.header("Meridian-Reason", encoded(reason));
        }
        request.header("Idempotency-Key", ofThis)
                .header("Content-Type", contentType)
                .method(method, BodyPublishers.ofByteArray(body));
        if (path.contains("dryRun=true")) {
            return send(request.build());
        }
        changeSent = Optional.of(ofThis);
        var sent = new SentChange();
        try {
            return send(request.build(), sent);
        } finally {
            if (sent.withoutEffect()) {
                changeSent = Optional.empty();
            }
        }
    }

    private HttpRequest.Builder request(String path, Duration limit) {
        String base = address.toString().replaceAll("/+$", "");
        var request = HttpRequest.newBuilder(URI.create(base + "/api/v1" + path))
                .timeout(limit)
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/json, application/problem+json");
        onlyAt.ifPresent(revision -> request.header("If-Match", "\"" + revision + "\""));
        return request;
    }

    /** What is no JSON. */
    public byte[] download(String path) throws InterruptedException {
        HttpRequest request = request(path, PATIENT_ANSWER)
                .setHeader("Accept", "application/octet-stream, application/problem+json")
                .GET()
                .build();
        return answer(request, new SentChange()).body();
    }

    /**
     * Follows the changes until the stream ends or breaks, or {@code more} says that it was enough. Asks once: whoever follows knows how often to come again.
     *
     * @param after the revision of the last change that was read; empty: none was, and the first tells of everything
     * @param more is given each change ({@code compacted}, before one that tells of everything, too); false: enough
     * @return whether it was enough
     */
    public boolean follow(OptionalLong after, BiPredicate<String, JsonNode> more) throws InterruptedException {
        HttpRequest.Builder request =
                request("/events", ANSWER).setHeader("Accept", "text/event-stream, application/problem+json");
        after.ifPresent(revision -> request.header("Last-Event-ID", Long.toString(revision)));
        try {
            HttpResponse<InputStream> response = http.send(request.GET().build(), BodyHandlers.ofInputStream());
            if (response.statusCode() / 100 != 2) {
                throw refused(response, response.body().readAllBytes());
            }
            return EventStream.read(response.body(), event -> more.test(event.name(), event.data()));
        } catch (IOException lost) {
            throw new UnreachableException(address, lost instanceof ConnectException, lost);
        }
    }

    public JsonNode upload(String path, byte[] body) throws InterruptedException {
        return change(path, "POST", "application/octet-stream", body, PATIENT_ANSWER);
    }

    private JsonNode send(HttpRequest request) throws InterruptedException {
        return send(request, new SentChange());
    }

    private JsonNode send(HttpRequest request, SentChange sent) throws InterruptedException {
        HttpResponse<byte[]> response = answer(request, sent);
        JsonNode answer = parsed(response);
        Optional<String> approval = approval(response);
        if (approval.isPresent()) {
            throw new WaitsException(approval.get(), answer);
        }
        return answer;
    }

    private HttpResponse<byte[]> answer(HttpRequest request, SentChange sent) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            boolean last = attempt == ATTEMPTS;
            try {
                HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
                if (response.statusCode() / 100 == 2) {
                    sent.done();
                    return response;
                }
                RefusedException refused = refused(response, response.body());
                sent.answered(refused.problem());
                if (last || !mayPass(refused)) {
                    throw refused;
                }
            } catch (ConnectException nobody) {
                if (attempt == 1
                        || last) { // later it may be one that restarts, and the first attempt may have taken effect
                    throw new UnreachableException(address, attempt == 1, nobody);
                }
            } catch (IOException lost) {
                sent.lost(lost);
                if (last) {
                    throw new UnreachableException(address, false, lost);
                }
            }
            Thread.sleep(BETWEEN_ATTEMPTS);
        }
    }

    /** An election, or an outcome that only asking again with the same key can tell. */
    public static boolean mayPass(RefusedException refused) {
        String type = String.valueOf(refused.problem().type());
        return type.endsWith(":outcome-unknown") || type.endsWith(":not-ready");
    }

    private static Optional<String> approval(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Location")
                .filter(location -> response.statusCode() == 202 && location.contains("/approvals/"))
                .map(location -> location.substring(location.lastIndexOf('/') + 1));
    }

    private JsonNode parsed(HttpResponse<byte[]> response) {
        try {
            return Documents.MAPPER.readTree(response.body());
        } catch (IOException noJson) {
            throw new UnreadableAnswerException(
                    response.uri() + " answered " + response.statusCode() + " with what is no JSON", noJson);
        }
    }

    private static RefusedException refused(HttpResponse<?> response, byte[] body) {
        try {
            JsonNode document = Documents.MAPPER.readTree(body);
            if (document != null && document.hasNonNull("detail")) {
                return new RefusedException(Documents.as(document, RefusedException.Problem.class), document);
            }
        } catch (IOException | UnreadableAnswerException noProblem) {
            // told below, with the answer's text
        }
        String text = new String(body, StandardCharsets.UTF_8).strip();
        String detail = "HTTP " + response.statusCode() + " from " + response.uri()
                + (text.isEmpty() ? ", without a word" : ": " + text.substring(0, Math.min(text.length(), 300)));
        var document = JsonNodeFactory.instance.objectNode();
        document.put("status", response.statusCode()).put("detail", detail);
        return new RefusedException(
                new RefusedException.Problem(null, null, response.statusCode(), detail, List.of()), document);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
