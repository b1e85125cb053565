package io.meridian.router.hold;

import org.jspecify.annotations.Nullable;

/**
 * What a waiting request costs its Envoy, as HoldIT measures it: over HTTP/1.1 40,600 bytes with its connection, and 1.3 times a body of
 * 64 KiB; over HTTP/2 29,600, and up to 4 times the body, because a client that sends many uploads at once (Netty) cuts them into frames
 * of 1 KiB, of which each takes a page of 4.
 */
final class HeldBytes {
    private static final long REQUEST = 45_000;

    /**
     * A body of unknown length. Such bodies are mostly small (gRPC messages, chunked JSON) and none costs more than {@link #BODY_LIMIT};
     * reckoned at that limit, some dozens of them would fill a hold that can take thousands, reckoned at nothing they would not be bounded.
     */
    private static final long UNKNOWN_BODY = 64 * 1024;

    /** {@code request_body_buffer_limit}: then the client is made to wait by flow control. */
    private static final long BODY_LIMIT = 4L << 20;

    private HeldBytes() {}

    /**
     * @param length of the body as the edge says it: its {@code content-length}; anything but a number: unknown
     * @param protocol of the client; anything but HTTP/1.1 and 1.0 is reckoned as HTTP/2
     */
    static long of(@Nullable String length, @Nullable String protocol) {
        boolean plain = protocol != null && protocol.startsWith("HTTP/1");
        return REQUEST + (plain ? body(length) * 5 / 4 : body(length) * 4);
    }

    private static long body(@Nullable String length) {
        if (length == null || !length.matches("\\d+")) {
            return UNKNOWN_BODY;
        }
        return length.length() > 18 ? BODY_LIMIT : Math.min(BODY_LIMIT, Long.parseLong(length));
    }
}
