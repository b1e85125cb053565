package io.meridian.ledger.load;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The way to the ledger: the edges in turn, every second round in HTTP/2. Sends each request once and repeats nothing, so that what fails is
 * seen to fail.
 */
final class Edges implements AutoCloseable {
    /** Above all waits of one pass through an edge: 10 s of hold, 15 s of route. */
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final int CONNECTIONS_PER_EDGE = 512;
    private static final int HTTP2_CONNECTIONS_PER_EDGE = 4;

    private final List<URI> edges;
    private final Vertx vertx = Vertx.vertx(
            new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(1).setInternalBlockingPoolSize(2));
    private final List<HttpClient> clients = List.of(client(HttpVersion.HTTP_1_1), client(HttpVersion.HTTP_2));
    private final AtomicInteger turn = new AtomicInteger();

    Edges(List<URI> edges) {
        this.edges = edges;
    }

    private HttpClient client(HttpVersion version) {
        return vertx.createHttpClient(
                new HttpClientOptions()
                        .setProtocolVersion(version)
                        .setHttp2ClearTextUpgrade(false)
                        .setConnectTimeout(5000),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_EDGE).setHttp2MaxSize(HTTP2_CONNECTIONS_PER_EDGE));
    }

    CompletableFuture<Reply> send(Message message) {
        int next = Math.floorMod(turn.getAndIncrement(), 2 * edges.size());
        URI edge = edges.get(next % edges.size());
        var options = new RequestOptions()
                .setHost(edge.getHost())
                .setPort(edge.getPort())
                .setMethod(HttpMethod.valueOf(message.method()))
                .setURI(message.path())
                .setIdleTimeout(TIMEOUT.toMillis())
                .putHeader("x-user-key", message.user());
        return clients.get(next / edges.size())
                .request(options)
                .compose(request -> exchange(request, message))
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> failure instanceof TimeoutException
                        ? new Reply.Broken("timeout", "no answer within " + TIMEOUT.toSeconds() + " s")
                        : new Reply.Broken("connection", String.valueOf(failure)));
    }

    /** On the request's event loop, all of it: a body that is asked for from elsewhere may have ended before, and comes back empty. */
    private static Future<Reply> exchange(HttpClientRequest request, Message message) {
        Future<HttpClientResponse> response = message.body().length == 0
                ? request.send()
                : request.putHeader("content-type", "application/json").send(Buffer.buffer(message.body()));
        return response.compose(Edges::read);
    }

    private static Future<Reply> read(HttpClientResponse response) {
        return response.body().map(body -> {
            String reason = response.getHeader("x-meridian-reason");
            return new Reply.Answered(
                    response.statusCode(),
                    body.getBytes(),
                    response.getHeader("x-meridian-via") != null,
                    reason == null ? "" : reason);
        });
    }

    @Override
    public void close() {
        clients.forEach(HttpClient::close);
        vertx.close();
    }
}
