package io.meridian.drill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a control plane that answers as the test says. */
class TellerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SOON = Duration.ofSeconds(5);

    private record Told(String path, JsonNode body, String key) {}

    private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
    private volatile String state = "RUNNING";
    private volatile int status = 200;

    @TempDir
    private Path folder = Path.of("");

    private HttpServer server = server();
    private ControlPlane api = plane();

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        api.close();
        server.stop(0);
    }

    private ControlPlane plane() {
        return new ControlPlane(
                Map.of(
                        "east",
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort())),
                "token");
    }

    private HttpServer server() {
        try {
            HttpServer made = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            made.createContext("/", this::answer);
            return made;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath().replace("/api/v1", "");
            JsonNode body = JSON.readTree(exchange.getRequestBody());
            String answer = status == 200
                    ? "{\"id\":\"dr-1\",\"state\":\"" + state + "\"}"
                    : "{\"type\":\"urn:meridian:problem:not-ready\",\"status\":" + status + ",\"detail\":\"away\"}";
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            if (status == 200) {
                told.add(new Told(path, body, exchange.getRequestHeaders().getFirst("Idempotency-Key")));
            }
        }
    }

    private Told next() throws InterruptedException {
        Told next = told.poll(30, TimeUnit.SECONDS);
        assertThat(next).as("something is told").isNotNull();
        return java.util.Objects.requireNonNull(next);
    }

    private Dossier beginning() throws IOException {
        return Dossier.beginning(folder, Runs.body().put("scenario", "lose-link"));
    }

    @Test
    void linesAreToldInOrderAndEachOnceAndTheResultComesLast() throws Exception {
        Dossier dossier = beginning();
        dossier.begin(api, SOON);
        assertThat(next().body().path("runner").asText()).isEqualTo(dossier.runner());
        try (Teller teller = Teller.start(api, dossier)) {
            teller.line("first");
            JsonNode one = nextWithLines();
            teller.line("second");

            assertThat(teller.ended(null, "SKIPPED", "because")).isEmpty();

            // Ended before it heard the answer to the first, it tells that once more, under its number: the control
            // plane keeps it once.
            JsonNode two = nextWithLines();
            assertThat(one.path("first").asInt()).isZero();
            int second = 1 - two.path("first").asInt();
            assertThat(two.path("lines").path(second).path("text").asText()).isEqualTo("second");
            assertThat(two.path("lines")).hasSize(second + 1);
            Told result = next();
            assertThat(result.path()).isEqualTo("/drills/dr-1/result");
            assertThat(result.body().path("outcome").asText()).isEqualTo("SKIPPED");
        }
        assertThat(folder.resolve("record.json")).doesNotExist();
    }

    private JsonNode nextWithLines() throws InterruptedException {
        while (true) {
            Told next = next();
            assertThat(next.path()).isEqualTo("/drills/dr-1/progress");
            if (!next.body().path("lines").isEmpty()) {
                return next.body();
            }
        }
    }

    /** Of two that came in under other keys the second one is refused, and that may be heard first. */
    @Test
    void whoeverAsksAgainAsksUnderTheSameKey() throws Exception {
        Dossier dossier = beginning();
        Dossier afterACrash = Dossier.find(folder).orElseThrow();

        dossier.begin(api, SOON);
        afterACrash.begin(api, SOON);

        assertThat(next().key()).isEqualTo(dossier.runner());
        assertThat(next().key()).isEqualTo(dossier.runner());
    }

    @Test
    void theAnswerTellsThatSomebodyAskedForTheEnd() throws Exception {
        Dossier dossier = beginning();
        dossier.begin(api, SOON);
        var asked = new CompletableFuture<String>();
        state = "ABORTING";

        try (Teller teller = Teller.start(api, dossier)) {
            teller.onAbort(asked::complete);

            assertThat(asked.get(30, TimeUnit.SECONDS)).contains("asked the control plane");
        }
    }

    @Test
    void aControlPlaneThatIsAwayIsToldWhenItAnswersAgainFromItsBeginningOn() throws Exception {
        status = 503;
        Dossier dossier = beginning();
        try (Teller teller = Teller.start(api, dossier)) {
            teller.line("done: both links are down");
            status = 200;

            assertThat(next().path()).isEqualTo("/drills");
            assertThat(nextWithLines().path("lines").path(0).path("text").asText())
                    .isEqualTo("done: both links are down");
        }
    }

    @Test
    void whatCouldNotBeToldIsToldByWhoeverComesNext() throws Exception {
        Dossier dossier = beginning();
        dossier.begin(api, SOON);
        dossier.ended("FAILED", "it was so");
        next();

        Leftovers.tell(folder, api, System.out, Leftovers.DIED);

        Told result = next();
        assertThat(result.path()).isEqualTo("/drills/dr-1/result");
        assertThat(result.body().path("reason").asText()).isEqualTo("it was so");
        assertThat(Dossier.find(folder)).isEmpty();
        Leftovers.tell(folder, api, System.out, Leftovers.DIED);
        assertThat(told).isEmpty();
    }

    @Test
    void whoDiedWithoutAResultFailed() throws Exception {
        Dossier.claimed(folder, "dr-7", "r");

        Leftovers.tell(folder, api, System.out, Leftovers.UNDONE);

        Told result = next();
        assertThat(result.path()).isEqualTo("/drills/dr-7/result");
        assertThat(result.body().path("runner").asText()).isEqualTo("r");
        assertThat(result.body().path("outcome").asText()).isEqualTo("FAILED");
        assertThat(folder).isEmptyDirectory();
    }
}
