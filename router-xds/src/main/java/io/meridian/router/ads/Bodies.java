package io.meridian.router.ads;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;

/** Response bodies that were encoded lately: a change that goes to a thousand Envoys is encoded once. Used by one thread. */
final class Bodies {
    /** Streams differ in what they have; a change reaches most of them in one of a few states. */
    private static final int KEPT = 8;

    private final Deque<Body> latest = new ArrayDeque<>();

    private record Body(Function<Response.Content, byte[]> encoder, Response.Content content, byte[] bytes) {}

    byte[] of(Function<Response.Content, byte[]> encoder, Response.Content content) {
        for (Body body : latest) {
            if (body.encoder() == encoder && body.content().equals(content)) {
                return body.bytes();
            }
        }
        byte[] bytes = encoder.apply(content);
        if (latest.size() == KEPT) {
            latest.removeLast();
        }
        latest.addFirst(new Body(encoder, content, bytes));
        return bytes;
    }
}
