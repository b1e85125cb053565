package io.meridian.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ControlPlaneTest {
    private HttpServer node;
    private final AtomicInteger asked = new AtomicInteger();

    @BeforeEach
    void start() throws IOException {
        node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer("/api/v1/shards", 200, """
                {"revision":3,"shards":[{"shard":0,"region":"east","zone":"east-1","epoch":1,"state":"OWNED"}]}""");
        node.start();
    }

    @AfterEach
    void stop() {
        node.stop(0);
    }

    private void answer(String path, int status, String... bodies) {
        node.createContext(path, exchange -> {
            boolean allowed =
                    "Bearer secret".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = bodies[Math.min(asked.getAndIncrement(), bodies.length - 1)].getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(allowed ? status : 401, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    private ControlPlane controlPlane() {
        var gone = URI.create("http://127.0.0.1:1");
        return new ControlPlane(
                List.of(gone, URI.create("http://127.0.0.1:" + node.getAddress().getPort())), "secret");
    }

    @Test
    void aNodeThatIsGoneIsPassedOver() throws Exception {
        assertThat(controlPlane().shards()).containsExactly(new ControlPlane.Placed(0, "east", "east-1"));
    }

    @Test
    void aMoveIsWaitedForAndItsStepsAreAddedUp() throws Exception {
        answer("/api/v1/moves", 202, """
                {"id":"mv-1","state":"HOLDING","endedAt":null}""");
        answer("/api/v1/runs/mv-1", 200, "", """
                {"id":"mv-1","state":"FENCING","endedAt":null,"steps":[]}""", """
                {"id":"mv-1","state":"DONE","endedAt":"2026-11-24T04:05:06Z","steps":[{"millis":40},{"millis":2}]}""");

        assertThat(controlPlane().move("0-340", "west-1"))
                .isEqualTo(new ControlPlane.Ended.Done(Duration.ofMillis(42)));
    }

    @Test
    void aMoveThatIsRolledBackSaysWhy() throws Exception {
        answer("/api/v1/moves", 202, """
                {"id":"mv-1","state":"ROLLED_BACK","endedAt":"2026-11-24T04:05:06Z","problem":"the link stalled"}""");

        assertThat(controlPlane().move("0-340", "west-1"))
                .isEqualTo(new ControlPlane.Ended.RolledBack("the link stalled"));
    }

    @Test
    void aMoveThatNeedsAPersonIsNoMeasurement() {
        answer("/api/v1/moves", 202, """
                {"id":"mv-1","state":"NEEDS_OPERATOR","endedAt":"2026-11-24T04:05:06Z","problem":"east is gone"}""");

        assertThatThrownBy(() -> controlPlane().move("0-340", "west-1"))
                .isInstanceOf(BenchFailedException.class)
                .hasMessageContaining("NEEDS_OPERATOR")
                .hasMessageContaining("east is gone");
    }
}
