package io.meridian.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.local.Ports;
import io.meridian.wire.RouterView;
import io.meridian.wire.ShardRoute;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runnable jar, started as {@code ./meridian up} starts it. */
class RouterProcessIT {
    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    @Test
    void healthIsRedUntilTheFirstViewAndTheProcessEndsCleanly() throws Exception {
        int http = Ports.free();
        try (var control = new FakeControlPlane()) {
            control.silent(true);
            Process router = start(List.of(
                    "meridian.region=east",
                    "quarkus.http.host=127.0.0.1",
                    "quarkus.http.port=" + http,
                    "meridian.router.name=east-router",
                    "meridian.feed.servers=" + control.address(),
                    "meridian.ads.port=" + Ports.free(),
                    "meridian.hold.port=" + Ports.free(),
                    "meridian.gateway.sds=/tls/east/gateway-sds"));
            try {
                Await.until("red", () -> get(http, "/q/health").statusCode() == 503, this::log);
                control.silent(false);
                control.say(RouterView.newBuilder()
                        .setShardCount(64)
                        .addRoutes(ShardRoute.newBuilder().setShard(0)));
                Await.until("green", () -> get(http, "/q/health").statusCode() == 200, this::log);

                assertThat(get(http, "/q/health").body()).contains("\"holdRevision\": 1");
                assertThat(get(http, "/q/metrics").body()).contains("meridian_router_hold_revision 1.0");
                assertThat(get(http, "/envoys?revision=1").body())
                        .isEqualTo("{\"barrier\":{\"revision\":1,\"live\":0,\"acked\":0,\"rejecting\":0,\"gone\":0},"
                                + "\"envoys\":[],\"gone\":[]}");
                assertThat(get(http, "/envoys?revision=x").statusCode()).isEqualTo(400);
                Await.until("the last view is kept", () -> Files.exists(folder.resolve("data/view.pb")));
            } finally {
                router.destroy();
                assertThat(router.waitFor(Await.within(20).toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
            }
            assertThat(log()).contains("router closed").doesNotContain("ERROR");
        }
    }

    @Test
    void everyFaultOfTheConfigurationIsNamedAndTheProcessEnds() throws Exception {
        Process router = start(List.of("meridian.region=", "meridian.ads.port=99999", "meridian.tpyo=1"));

        assertThat(router.waitFor(Await.within(30).toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(router.exitValue()).isNotZero();
        assertThat(log())
                .contains(
                        "configuration refused: meridian.region=",
                        "configuration refused: meridian.ads.port=99999",
                        "configuration refused: meridian.tpyo");
    }

    private Process start(List<String> properties) throws IOException {
        Files.createDirectories(folder.resolve("config"));
        Files.write(folder.resolve("config/application.properties"), properties);
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx96m",
                        "-jar",
                        Path.of("target/quarkus-app/quarkus-run.jar")
                                .toAbsolutePath()
                                .toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException none) {
            return "no log: " + none;
        }
    }
}
