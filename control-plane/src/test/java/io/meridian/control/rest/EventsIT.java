package io.meridian.control.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import io.meridian.control.Await;
import io.meridian.control.ControlPlane;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A reader of events comes back. */
@QuarkusTest
@QuarkusTestResource(SingleNode.class)
class EventsIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Inject
    ControlPlane plane;

    @BeforeEach
    void aLeaderIsThere() throws Exception {
        Await.until(SOON, () -> plane.node().leader(), Optional::isPresent);
    }

    @Test
    void oneThatKnowsTheNewestRevisionIsToldOfAgentsAndRoutersOnly() throws Exception {
        long newest = plane.node().applied().current().revision().number();

        List<String> lines = follow(Long.toString(newest), 2);

        assertThat(lines).contains("event:change").anyMatch(line -> line.contains("\"shards\":false"));
        assertThat(lines).noneMatch(line -> line.contains("compacted"));
    }

    @Test
    void oneThatKnowsWhatThisNodeDoesNotStartsAnew() throws Exception {
        List<String> lines = follow("999999999", 4);

        assertThat(lines.stream().filter(line -> line.startsWith("event:")))
                .containsExactly("event:compacted", "event:change");
    }

    /** Many at once: one that was told something before the server was done with its request got a 500 behind that. */
    @Test
    void readersThatComeAtOnceAreAllToldOfMore() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            List<Queue<String>> readers = IntStream.range(0, 60)
                    .<Queue<String>>mapToObj(_ -> new ConcurrentLinkedQueue<>())
                    .toList();
            readers.forEach(told -> http.sendAsync(request().build(), HttpResponse.BodyHandlers.ofLines())
                    .thenAccept(answer -> answer.body().forEach(told::add)));

            Await.until(SOON, () -> readers, all -> all.stream().allMatch(told -> told.contains(":still here")));

            http.shutdownNow();
        }
    }

    @Test
    void anIdThatIsNoRevisionIsRefused() {
        given().header("Authorization", "Bearer " + SingleNode.TOKEN)
                .header("Last-Event-ID", "yesterday")
                .get("/api/v1/events")
                .then()
                .statusCode(400)
                .body("detail", containsString("'yesterday' is no revision"));
    }

    /** @param lines of what events are and carry; ids and types of contents are left out */
    private static List<String> follow(String lastId, int lines) throws Exception {
        HttpRequest request = request().header("Last-Event-ID", lastId).build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<Stream<String>> answer = http.send(request, HttpResponse.BodyHandlers.ofLines());
            try (Stream<String> told = answer.body()) {
                return told.filter(line -> line.startsWith("event:") || line.startsWith("data:"))
                        .limit(lines)
                        .toList();
            } finally {
                http.shutdownNow();
            }
        }
    }

    private static HttpRequest.Builder request() {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + RestAssured.port + "/api/v1/events"))
                .header("Authorization", "Bearer " + SingleNode.TOKEN);
    }
}
