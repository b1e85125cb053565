package io.meridian.router;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** An application of one zone, HTTP/2 without TLS: writes down what it executed, and refuses what the test says it does not own. */
final class ZoneApplication {
    private static final int NOTED_BYTES = 1_000;

    /** An application with a lower one closes the whole connection, and other clients' requests with it (UC, 503). */
    private static final int EDGES_LIMIT_BYTES = 64 * 1024;

    /**
     * What a request looked like on arrival.
     *
     * @param body its beginning
     */
    record Executed(String path, String shard, String zone, String epoch, String via, String body, String headers) {}

    enum Mood {
        WILLING,
        /** 421 with the fence header, after the body was read: as the database's fence says. */
        FENCED,
        /** 421 of its own, without the header. */
        MISDIRECTED,
        /** 307 of its own. */
        REDIRECTING,
        /** 500: executed, and broken. */
        FAILING,
        /** 500 every second time. */
        FLAKY
    }

    private final String zone;
    private final Vertx vertx;
    private HttpServer server;
    private volatile int port;
    private final Queue<Executed> executed = new ConcurrentLinkedQueue<>();
    private final Queue<Executed> refused = new ConcurrentLinkedQueue<>();
    private final Set<String> fencedShards = ConcurrentHashMap.newKeySet();
    private volatile Mood mood = Mood.WILLING;

    ZoneApplication(Vertx vertx, String zone) throws Exception {
        this.zone = zone;
        this.vertx = vertx;
        start();
    }

    /** Again after {@link #stop}, where it was. */
    void start() throws Exception {
        var options = new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setInitialSettings(new Http2Settings().setMaxHeaderListSize(EDGES_LIMIT_BYTES));
        server = vertx.createHttpServer(options)
                .requestHandler(request -> request.body().onSuccess(body -> answer(request, body)))
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        port = server.actualPort();
    }

    /** As a crash: connections are reset, the port refuses. */
    void stop() throws Exception {
        server.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    String zone() {
        return zone;
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    List<Executed> executed() {
        return List.copyOf(executed);
    }

    List<Executed> refused() {
        return List.copyOf(refused);
    }

    /** What was noted so far. */
    void forget() {
        executed.clear();
        refused.clear();
    }

    void mood(Mood next) {
        mood = next;
    }

    /** From now on, as a database's fence would: refused unless open. */
    void fence(Iterable<Integer> shards) {
        shards.forEach(shard -> fencedShards.add(Integer.toString(shard)));
    }

    void open(Iterable<Integer> shards) {
        shards.forEach(shard -> fencedShards.remove(Integer.toString(shard)));
    }

    private void answer(HttpServerRequest request, Buffer body) {
        var seen = new Executed(
                request.uri(),
                String.valueOf(request.getHeader("x-meridian-shard")),
                String.valueOf(request.getHeader("x-meridian-zone")),
                String.valueOf(request.getHeader("x-meridian-epoch")),
                String.valueOf(request.getHeader("x-meridian-via")),
                body.getString(0, Math.min(NOTED_BYTES, body.length())),
                request.headers().names().toString());
        switch (fencedShards.contains(seen.shard()) ? Mood.FENCED : mood) {
            case WILLING -> {
                executed.add(seen);
                request.response().end(Buffer.buffer(zone + ":").appendBuffer(body));
            }
            case FENCED -> {
                refused.add(seen);
                request.response()
                        .setStatusCode(421)
                        .putHeader("x-meridian-fence", "1")
                        .end();
            }
            case MISDIRECTED -> {
                refused.add(seen);
                request.response().setStatusCode(421).end("mine");
            }
            case FAILING -> {
                executed.add(seen);
                request.response().setStatusCode(500).end("broken");
            }
            case FLAKY -> {
                executed.add(seen);
                boolean broken = executed.size() % 2 == 0;
                request.response().setStatusCode(broken ? 500 : 200).end(broken ? "broken" : zone + ":");
            }
            case REDIRECTING -> {
                refused.add(seen);
                request.response()
                        .setStatusCode(307)
                        .putHeader("location", "http://elsewhere.test/")
                        .end();
            }
        }
    }
}
