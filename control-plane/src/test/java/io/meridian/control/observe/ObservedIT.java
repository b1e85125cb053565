package io.meridian.control.observe;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meridian.control.Await;
import io.meridian.control.rest.SingleNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real node with logs in JSON and traces on, and one run that is begun and cancelled: what is seen of it from outside. */
@QuarkusTest
@QuarkusTestResource(SingleNode.class)
@QuarkusTestResource(value = ObservedIT.Outlets.class, restrictToAnnotatedClass = true)
class ObservedIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String LOG = "meridian.test.log";
    /** Of the caller, as W3C Trace Context writes it. */
    private static final String CALLERS_TRACE = "0af7651916cd43dd8448eb211c80319c";

    private static final String TOPOLOGY = """
            name: test
            shards: 64
            regions: [{name: east, city: alpha}, {name: west, city: beta}]
            storeGroups: [{name: main, partitions: 4}]
            zones:
              - {name: east-1, region: east, weight: 1, endpoints: ["127.0.0.1:1"]}
              - {name: west-1, region: west, weight: 1, endpoints: ["127.0.0.1:2"]}
            services: [{name: ledger, keys: ["header:x-user-key"]}]
            tables: [{name: public.account, shardingColumn: user_key, storeGroup: main}]
            gateways: [{from: east, to: west, address: "127.0.0.1:3"}, {from: west, to: east, address: "127.0.0.1:4"}]
            """;

    /** How ready a region is, is told of scenarios only. */
    private static final String SCENARIO = """
            name: my-link
            explanation: the link is down
            act:
              link: {from: east, to: west, direction: both-ways, down: true}
            duration: 20s
            """;

    private static String run = "";

    /** Where the node's log and traces go. */
    public static final class Outlets implements QuarkusTestResourceLifecycleManager {
        private @Nullable TraceReceiver receiver;

        @Override
        public Map<String, String> start() {
            try {
                Path log = Files.createTempFile("meridian", ".log");
                System.setProperty(LOG, log.toString());
                receiver = TraceReceiver.start();
                return Map.of(
                        "meridian.log.json", "true",
                        "quarkus.log.file.enabled", "true",
                        "quarkus.log.file.path", log.toString(),
                        "meridian.traces.endpoint", receiver.endpoint(),
                        "quarkus.otel.exporter.otlp.protocol", "http/protobuf",
                        "quarkus.otel.bsp.schedule.delay", "200ms");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        public void stop() {
            if (receiver != null) {
                receiver.close();
            }
        }
    }

    private static RequestSpecification api() {
        return given().basePath("/api/v1").header("Authorization", "Bearer " + SingleNode.TOKEN);
    }

    /** Once for all tests; before them the node's port is not known. */
    @BeforeEach
    void aRunThatIsCancelled() {
        if (!run.isEmpty()) {
            return;
        }
        api().body(TOPOLOGY).put("/topology").then().statusCode(200);
        api().body(Map.of("document", SCENARIO))
                .contentType("application/json")
                .put("/drills/scenarios/my-link")
                .then()
                .statusCode(200);
        run = api().header("traceparent", "00-" + CALLERS_TRACE + "-b7ad6b7169203331-01")
                .body("{\"shards\":\"0-3\",\"to\":\"west-1\"}")
                .post("/moves")
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        api().post("/runs/" + run + "/cancel").then().statusCode(202);
    }

    @Test
    void everyMetricIsOnThePageAndThePageNamesNoOther() throws Exception {
        String exposed = Await.until(
                SOON,
                () -> given().get("/q/metrics").then().statusCode(200).extract().asString(),
                text -> text.contains("scenario=\"my-link\""));
        Set<String> shown = new TreeSet<>();
        Pattern.compile("(?m)^# TYPE (meridian_\\w+) (\\w+)")
                .matcher(exposed)
                .results()
                .map(found -> found.group(1) + (found.group(2).equals("counter") ? "_total" : ""))
                .filter(name -> !name.endsWith("_max"))
                .forEach(shown::add);

        Set<String> named = new TreeSet<>();
        String page = Files.readString(Path.of(System.getProperty("meridian.root", ".."), "docs", "metrics.md"))
                .split("(?m)^# Metrics of the routers", 2)[0];
        Pattern.compile("(?m)^\\| `(meridian_\\w+)` \\|")
                .matcher(page)
                .results()
                .forEach(found -> named.add(found.group(1)));

        assertThat(shown).isEqualTo(named);
        assertThat(exposed)
                .contains("http_server_requests_seconds_count{")
                .contains("meridian_control_command_seconds_count{command=\"start-move\",outcome=\"committed\"}")
                .contains("meridian_control_gates_closed{gate=\"agent\"}");
    }

    @Test
    void theLinesOfARunsStepsCarryItsIdAndTheNode() throws Exception {
        List<JsonNode> lines = Await.until(SOON, ObservedIT::stepLines, found -> found.size() >= 3);

        assertThat(lines).allSatisfy(line -> {
            assertThat(line.path("mdc").path("run").asText()).isEqualTo(run);
            assertThat(line.path("mdc").path("wave").asText()).isNotEmpty();
            assertThat(line.path("node").asText()).isEqualTo("east");
            assertThat(line.path("region").asText()).isEqualTo("east");
        });
        assertThat(lines.stream().map(line -> line.path("message").asText()))
                .anyMatch(text -> text.startsWith("step began run=" + run + " wave=1 step=PREPARED"))
                .anyMatch(text -> text.startsWith("step ended run=" + run + " wave=1 step=PREPARED took_ms="));
    }

    private static List<JsonNode> stepLines() throws IOException {
        var found = new ArrayList<JsonNode>();
        for (String line : Files.readAllLines(Path.of(System.getProperty(LOG, "")))) {
            JsonNode json = new ObjectMapper().readTree(line);
            if (json.path("message").asText().startsWith("step ")) {
                found.add(json);
            }
        }
        return found;
    }

    @Test
    void aRequestItsCommandAndTheRunAreTraced() throws Exception {
        List<TraceReceiver.Span> spans = Await.until(
                SOON,
                TraceReceiver::received,
                all -> all.stream().anyMatch(span -> span.name().equals("run"))
                        && all.stream().anyMatch(span -> span.name().equals("command start-move")));

        TraceReceiver.Span command = one(spans, "command start-move");
        TraceReceiver.Span request = spans.stream()
                .filter(span -> span.id().equals(command.parent()))
                .findFirst()
                .orElseThrow();
        assertThat(request.name()).contains("/api/v1/moves");
        assertThat(List.of(request.trace(), command.trace())).containsOnly(CALLERS_TRACE);
        assertThat(command.attributes()).containsEntry("meridian.subject", run);

        TraceReceiver.Span whole = one(spans, "run");
        assertThat(whole.attributes()).containsEntry("meridian.run", run);
        assertThat(whole.parent()).isEmpty();
        TraceReceiver.Span step = one(spans, "step PREPARED");
        assertThat(step.trace()).isEqualTo(whole.trace());
        assertThat(step.parent()).isEqualTo(whole.id());
        assertThat(step.attributes()).containsEntry("meridian.run", run);
        assertThat(TraceReceiver.from("meridian.node", "east")).isTrue();
        assertThat(spans)
                .as("reports are not traced")
                .noneMatch(span -> span.name().contains("observe"));
    }

    private static TraceReceiver.Span one(List<TraceReceiver.Span> spans, String name) {
        return spans.stream()
                .filter(span -> span.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
