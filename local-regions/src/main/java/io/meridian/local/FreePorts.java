package io.meridian.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of 127.0.0.1 for servers that are started later, in blocks: whoever listens on the first port of a block has the others, so that two processes
 * that start servers side by side never mean the same one.
 */
final class FreePorts {
    private static final int FIRST = 25_000;
    private static final int BLOCK = 50;
    private static final int BLOCKS = 140;

    private final List<ServerSocket> claims = new ArrayList<>();
    private int next = FIRST;

    /** @throws IllegalStateException none is left */
    synchronized int next() {
        while (true) {
            if (next % BLOCK == 0) {
                next = claimed() + 1;
            }
            int candidate = next++;
            if (Ports.isFree(candidate)) {
                return candidate;
            }
        }
    }

    private int claimed() {
        int start = ThreadLocalRandom.current().nextInt(BLOCKS);
        for (int number = 0; number < BLOCKS; number++) {
            int first = FIRST + (start + number) % BLOCKS * BLOCK;
            try {
                claims.add(new ServerSocket(first, 1, InetAddress.getLoopbackAddress())); // until this process ends
                return first;
            } catch (IOException another) {
                // has it, or a server of somebody who does not ask here
            }
        }
        throw new IllegalStateException(
                "no ports of 127.0.0.1 are left from " + FIRST + " to " + (FIRST + BLOCKS * BLOCK - 1));
    }
}
