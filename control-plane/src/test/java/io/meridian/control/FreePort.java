package io.meridian.control;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for servers of tests, below the range that outgoing connections take theirs from: none is gone before its server is there. */
public final class FreePort {
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePort() {}

    public static int any() {
        while (true) {
            int candidate = ThreadLocalRandom.current().nextInt(25_000, 32_000);
            try (var socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), candidate));
                if (GIVEN.add(candidate)) {
                    return candidate;
                }
            } catch (IOException taken) {
                // the next one, then
            }
        }
    }

    public static String address() {
        return "127.0.0.1:" + any();
    }
}
