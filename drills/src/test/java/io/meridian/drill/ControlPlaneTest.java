package io.meridian.drill;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControlPlaneTest {
    private final CountDownLatch over = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer hanging = server(true);
    private final HttpServer answering = server(false);

    @AfterEach
    void stop() {
        over.countDown();
        hanging.stop(0);
        answering.stop(0);
        threads.shutdownNow();
    }

    /** The first one is cut off from the leader: a question waits there until the leader is heard again. */
    @Test
    void whichNodeHangsIsNotWaitedFor() throws Exception {
        try (var plane = plane(Map.of("east", hanging, "west", answering))) {
            assertThat(plane.getSoon("/lag", Duration.ofSeconds(60)))
                    .hasValueSatisfying(
                            answer -> assertThat(answer.path("links").isArray()).isTrue());
        }
    }

    @Test
    void nothingIsKnownWhenNoneAnswersInTime() throws Exception {
        try (var plane = plane(Map.of("east", hanging))) {
            assertThat(plane.getSoon("/lag", Duration.ofMillis(200))).isEmpty();
        }
    }

    private static ControlPlane plane(Map<String, HttpServer> nodes) {
        Map<String, URI> addresses = new LinkedHashMap<>();
        nodes.forEach((region, node) -> addresses.put(
                region, URI.create("http://127.0.0.1:" + node.getAddress().getPort())));
        return new ControlPlane(addresses, "token");
    }

    private HttpServer server(boolean hangs) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(threads);
            server.createContext("/", exchange -> {
                try (exchange) {
                    if (hangs) {
                        over.await();
                    }
                    byte[] answer = "{\"links\":[]}".getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "application/json");
                    exchange.sendResponseHeaders(200, answer.length);
                    exchange.getResponseBody().write(answer);
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
