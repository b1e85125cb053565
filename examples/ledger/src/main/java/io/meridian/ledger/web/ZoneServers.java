package io.meridian.ledger.web;

import io.meridian.ledger.books.Branches;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One HTTP server per zone: HTTP/2 with prior knowledge and HTTP/1.1. Bodies are read to their end before anything is decided, else a 421
 * could overtake its upload and the edge could not repeat the request. Connections are never closed for being idle: an edge that sends on
 * one that is just being closed would have a failed request.
 */
public final class ZoneServers implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ZoneServers.class.getName());
    private static final int BODY_BYTES_AT_MOST = 64 * 1024;
    private static final String TOO_LONG = "a body has at most " + BODY_BYTES_AT_MOST + " bytes";
    /** Of all zones together; they wait for the store's sessions, and the heap is small. */
    private static final int CALLS_AT_MOST = 2000;

    private static final int STREAMS_PER_CONNECTION = 1000;
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(6);

    private final Vertx vertx;
    private final ExecutorService calls;
    private final AtomicInteger inHand = new AtomicInteger();
    private final List<HttpServer> servers = new ArrayList<>();
    private volatile boolean closing;

    private ZoneServers(Vertx vertx) {
        this.vertx = vertx;
        this.calls = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("call-", 0).factory());
    }

    /** @param zones name to address; port 0 takes a free one */
    public static ZoneServers listen(Vertx vertx, Map<String, InetSocketAddress> zones, Branches branches)
            throws ExecutionException, InterruptedException, TimeoutException {
        var listening = new ZoneServers(vertx);
        for (var zone : zones.entrySet()) {
            var api = new Api(zone.getKey(), branches);
            var options = new HttpServerOptions()
                    .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(STREAMS_PER_CONNECTION))
                    .setTcpNoDelay(true)
                    .setIdleTimeout(0);
            HttpServer server = vertx.createHttpServer(options)
                    .requestHandler(request -> listening.receive(request, zone.getKey(), api))
                    .listen(zone.getValue().getPort(), zone.getValue().getHostString())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            listening.servers.add(server);
        }
        return listening;
    }

    /** In the order of the zones. */
    public List<Integer> ports() {
        return servers.stream().map(HttpServer::actualPort).toList();
    }

    private void receive(HttpServerRequest request, String zone, Api api) {
        Context own = vertx.getOrCreateContext();
        Buffer body = Buffer.buffer();
        boolean[] tooLong = {false};
        request.handler(part -> {
            tooLong[0] |= body.length() + part.length() > BODY_BYTES_AT_MOST;
            if (!tooLong[0]) {
                body.appendBuffer(part);
            }
        });
        request.exceptionHandler(gone -> LOG.log(Level.FINE, "a request ended before its end", gone));
        request.endHandler(_ -> {
            if (tooLong[0]) {
                send(request, zone, Answer.problem(413, "too-long", "Too long", TOO_LONG));
            } else if (closing || inHand.get() >= CALLS_AT_MOST) {
                String reason = closing ? "shutting down" : "too many in hand";
                send(
                        request,
                        zone,
                        Answer.problem(503, "busy", "No more requests now", reason)
                                .with("retry-after", "1"));
            } else {
                inHand.incrementAndGet();
                calls.execute(() -> {
                    Answer answer = answer(request, body.getBytes(), api);
                    own.runOnContext(_ -> {
                        send(request, zone, answer);
                        inHand.decrementAndGet();
                    });
                });
            }
        });
    }

    private static Answer answer(HttpServerRequest request, byte[] body, Api api) {
        try {
            return api.answer(new Call(
                    request.method().name(), request.uri(), request.headers().getAll("x-user-key"), body));
        } catch (RuntimeException defect) {
            LOG.log(Level.SEVERE, "a request met a defect method=" + request.method(), defect);
            return Answer.problem(500, "defect", "The ledger failed", "see its log");
        }
    }

    private static void send(HttpServerRequest request, String zone, Answer answer) {
        HttpServerResponse response = request.response();
        if (response.closed()) {
            return; // the client went away; what was done is done, and it can ask by request id
        }
        response.putHeader("x-ledger-zone", zone).setStatusCode(answer.status());
        answer.headers().forEach(response::putHeader);
        response.end(Buffer.buffer(answer.body()));
    }

    /** Answers what is in hand, refuses what comes now (nothing of it is executed), then closes the connections. */
    @Override
    public void close() {
        closing = true;
        long deadline = System.nanoTime() + DRAIN_LIMIT.toNanos();
        try {
            while (inHand.get() > 0 && System.nanoTime() < deadline) {
                Thread.sleep(10);
            }
            for (HttpServer server : servers) {
                server.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException stuck) {
            LOG.log(Level.WARNING, "a server did not close", stuck);
        }
        calls.shutdown();
    }
}
