package io.meridian.router.hold;

import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;

/** One request that waits for an answer. Used by the endpoint's event loop only. */
final class Question {
    private final int shard;
    private final long bytes;
    private final Optional<String> refusedBy;
    private final long askedNanos;
    private final HttpServerResponse response;
    private boolean changed;
    private boolean over;
    private long timer = -1;

    /** @param bytes that the request keeps in Envoy's memory */
    Question(int shard, long bytes, Optional<String> refusedBy, long askedNanos, HttpServerResponse response) {
        this.shard = shard;
        this.bytes = bytes;
        this.refusedBy = refusedBy;
        this.askedNanos = askedNanos;
        this.response = response;
    }

    int shard() {
        return shard;
    }

    long bytes() {
        return bytes;
    }

    Optional<String> refusedBy() {
        return refusedBy;
    }

    long askedNanos() {
        return askedNanos;
    }

    HttpServerResponse response() {
        return response;
    }

    /** Whether the shard's route changed since the question was asked. */
    boolean changed() {
        return changed;
    }

    void routeChanged() {
        changed = true;
    }

    /** Answered, or the asker is gone. */
    boolean over() {
        return over;
    }

    void end() {
        over = true;
    }

    long timer() {
        return timer;
    }

    void timer(long id) {
        timer = id;
    }
}
