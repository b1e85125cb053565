package io.meridian.router;

import io.meridian.wire.ZoneMessage;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A zone that answers while it is asked: whatever arrives goes back at once, with gRPC's trailers at the end. So it is a gRPC server for
 * calls whose answers are their messages, and may refuse with a status of HTTP, which a gRPC library cannot.
 */
final class EchoingZone {
    private final String zone;
    private final HttpServer server;
    private final Set<String> fenced = ConcurrentHashMap.newKeySet();
    private final Set<String> fencedEarly = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> refused = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> executed = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();

    EchoingZone(Vertx vertx, String zone) throws Exception {
        this.zone = zone;
        this.server = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    ZoneMessage message() {
        return ZoneMessage.newBuilder()
                .setName(zone)
                .setRegion(zone.substring(0, 4))
                .addEndpoints("127.0.0.1:" + server.actualPort())
                .build();
    }

    /** Refuses once it has read to the end, as the contract says. */
    void fence(int shard) {
        fenced.add(Integer.toString(shard));
    }

    /** Refuses at once, against the contract. */
    void fenceEarly(int shard) {
        fencedEarly.add(Integer.toString(shard));
    }

    int refused(int shard) {
        return count(refused, shard);
    }

    int executed(int shard) {
        return count(executed, shard);
    }

    long bytes() {
        return bytes.get();
    }

    private void answer(HttpServerRequest request) {
        String shard = String.valueOf(request.getHeader("x-meridian-shard"));
        if (fencedEarly.contains(shard)) {
            refuse(request, shard);
        } else if (fenced.contains(shard)) {
            request.end().onSuccess(_ -> refuse(request, shard));
        } else {
            echo(request, shard);
        }
    }

    private void echo(HttpServerRequest request, String shard) {
        executed.computeIfAbsent(shard, _ -> new AtomicInteger()).incrementAndGet();
        HttpServerResponse response = request.response().setChunked(true).putHeader("content-type", "application/grpc");
        request.handler(chunk -> {
            bytes.addAndGet(chunk.length());
            response.write(chunk);
        });
        request.endHandler(_ -> response.putTrailer("grpc-status", "0").end());
    }

    private void refuse(HttpServerRequest request, String shard) {
        refused.computeIfAbsent(shard, _ -> new AtomicInteger()).incrementAndGet();
        request.response().setStatusCode(421).putHeader("x-meridian-fence", "1").end();
    }

    private static int count(Map<String, AtomicInteger> counts, int shard) {
        return counts.getOrDefault(Integer.toString(shard), new AtomicInteger()).get();
    }
}
