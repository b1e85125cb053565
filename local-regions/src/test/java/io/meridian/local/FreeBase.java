package io.meridian.local;

import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** A base for the port plan where nobody listens, below the range of {@link Ports#free}. */
public final class FreeBase {
    private FreeBase() {}

    public static Ports of(int regions) {
        for (int attempt = 0; attempt < 200; attempt++) {
            int base = ThreadLocalRandom.current().nextInt(110, 180) * 100;
            if (IntStream.range(base, base + regions * 100).allMatch(Ports::isFree)) {
                return new Ports(base);
            }
        }
        throw new IllegalStateException("no free base of ports");
    }
}
