package io.meridian.local;

import java.util.BitSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * A base for the port plan where nobody listens, below the range of {@link Ports#free}. Given once, and looked at by nobody after that: a look holds a port for
 * a moment, and a server that comes up again in that moment would find it taken.
 */
public final class FreeBase {
    private static final int FIRST = 110;
    private static final int BEHIND = 180;
    private static final BitSet GIVEN = new BitSet();

    private FreeBase() {}

    public static synchronized Ports of(int regions) {
        for (int attempt = 0; attempt < 500; attempt++) {
            int hundred = ThreadLocalRandom.current().nextInt(FIRST, BEHIND - regions);
            int base = hundred * 100;
            if (GIVEN.get(hundred, hundred + regions).isEmpty()
                    && IntStream.range(base, base + regions * 100).allMatch(Ports::isFree)) {
                GIVEN.set(hundred, hundred + regions);
                return new Ports(base);
            }
        }
        throw new IllegalStateException("no free base of ports");
    }
}
