package io.meridian.router;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Many clients of one edge at once: a connection each over HTTP/1.1, some hundreds on each connection over HTTP/2. */
final class Crowd implements AutoCloseable {
    private static final int AT_MOST = 6_000;
    private static final int CONNECTIONS = 20;

    private final HttpClient client;
    private final int port;

    /** @param intact whether it is the body that was sent, behind the zone's name and a colon */
    record Answer(int status, String reason, String retryAfter, String via, String text, boolean intact) {}

    Crowd(Vertx vertx, int port, HttpVersion version) {
        this.port = port;
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(version)
                .setHttp2ClearTextUpgrade(false)
                .setMaxPoolSize(AT_MOST)
                .setHttp2MaxPoolSize(CONNECTIONS)
                .setHttp2MultiplexingLimit(AT_MOST / CONNECTIONS));
    }

    CompletableFuture<Answer> post(String path, String key, Buffer body) {
        return client.request(HttpMethod.POST, port, "127.0.0.1", path)
                .compose(request -> request.putHeader("x-user-key", key).send(body))
                .compose(response -> response.body().map(answer -> answer(response, answer, body)))
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(Await.within(40).toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        client.close().toCompletionStage().toCompletableFuture().join();
    }

    /** Long texts are cut: a thousand of a MiB each would fill the test's memory. */
    private static Answer answer(HttpClientResponse response, Buffer answer, Buffer body) {
        int from = answer.length() - body.length();
        MultiMap headers = response.headers();
        return new Answer(
                response.statusCode(),
                headers.get("x-meridian-reason") == null ? "" : headers.get("x-meridian-reason"),
                headers.get("retry-after") == null ? "" : headers.get("retry-after"),
                headers.get("x-meridian-via") == null ? "" : headers.get("x-meridian-via"),
                answer.getString(0, Math.min(100, answer.length())),
                from > 0
                        && answer.getByte(from - 1) == ':'
                        && answer.slice(from, answer.length()).equals(body));
    }
}
