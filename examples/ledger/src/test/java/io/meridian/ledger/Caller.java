package io.meridian.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Sends as Envoy does: HTTP/2 with prior knowledge, or HTTP/1.1. */
public final class Caller {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final HttpClient client;
    private final HttpVersion version;
    private final int port;

    public Caller(Vertx vertx, HttpVersion version, int port) {
        this.version = version;
        this.port = port;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false));
    }

    public record Reply(int status, JsonNode body, String contentType, String fence, String zone) {}

    public Reply get(String user, String path) throws Exception {
        return send("GET", user, path, "");
    }

    public Reply open(String user, String account, long amount) throws Exception {
        return send("PUT", user, "/accounts/" + account, "{\"amount\":" + amount + "}");
    }

    public Reply transfer(String user, String request, String from, String to, long amount) throws Exception {
        return send("POST", user, "/transfers", """
                {"request":"%s","from":"%s","to":"%s","amount":%d}""".formatted(request, from, to, amount));
    }

    public Reply send(String method, String user, String path, String body) throws Exception {
        return client.request(HttpMethod.valueOf(method), port, "127.0.0.1", path)
                .compose(request -> {
                    // One char per byte: how UTF-8 goes through a header.
                    request.putHeader(
                            "x-user-key",
                            new String(user.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
                    return (body.isEmpty() ? request.send() : request.send(Buffer.buffer(body)))
                            .compose(response -> response.body().map(read -> reply(response, read)));
                })
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    private Reply reply(HttpClientResponse response, Buffer read) {
        if (response.version() != version) {
            throw new AssertionError("answered in " + response.version());
        }
        try {
            return new Reply(
                    response.statusCode(),
                    JSON.readTree(read.getBytes()),
                    String.valueOf(response.getHeader("content-type")),
                    String.valueOf(response.getHeader("x-meridian-fence")),
                    String.valueOf(response.getHeader("x-ledger-zone")));
        } catch (java.io.IOException notJson) {
            throw new AssertionError(read.toString(), notJson);
        }
    }
}
