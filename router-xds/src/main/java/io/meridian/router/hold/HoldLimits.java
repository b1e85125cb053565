package io.meridian.router.hold;

/**
 * How much may wait at a hold endpoint at once, over all Envoys that ask it. Beyond either limit a question is answered 503 at once; half
 * of each is the most that one shard may take, so that a flood on one leaves places for the others.
 *
 * @param requests that wait
 * @param bytes of Envoy's memory that they keep, as {@link HeldBytes} reckons
 */
public record HoldLimits(int requests, long bytes) {
    /** Both are reached together by requests with small bodies or none. */
    public static final HoldLimits DEFAULT = new HoldLimits(10_000, 512L << 20);

    int requestsOfOneShard() {
        return Math.max(1, requests / 2);
    }

    long bytesOfOneShard() {
        return bytes / 2;
    }
}
