package io.meridian.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Every region's user at every region's edge: the owner answers, and it is one hop away at most. */
class WrongRegionIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestRegions regions = TestRegions.shared();

    @Test
    void aRequestOfAnotherRegionsUserIsServedByTheOwnerWithOneExtraHop() throws Exception {
        Map<String, String> users = new TreeMap<>();
        for (String region : regions.instance().regions()) {
            users.put(region, regions.keyOwnedBy(region));
        }
        record Asked(String path, String edge, String owner) {}
        List<Asked> asked = new ArrayList<>();
        try (var client = HttpClient.newHttpClient()) {
            List<String> edges = regions.edges();
            for (int edge = 0; edge < edges.size(); edge++) {
                for (var user : users.entrySet()) {
                    String path = "/accounts?hop=" + UUID.randomUUID();
                    var answer = client.send(
                            HttpRequest.newBuilder(URI.create(edges.get(edge) + path))
                                    .header("x-user-key", user.getValue())
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                    assertThat(answer.headers().firstValue("x-ledger-zone").orElse("none"))
                            .as("the zone that answered says so itself")
                            .startsWith(user.getKey() + "-");
                    asked.add(new Asked(path, regions.instance().regions().get(edge), user.getKey()));
                }
            }
        }
        for (Asked each : asked) {
            List<String> expected =
                    each.edge().equals(each.owner()) ? List.of(each.edge()) : List.of(each.edge(), each.owner());
            // Envoy writes its access log every ten seconds.
            ControlPlaneApi.await(
                    each + " passed " + expected,
                    Deadlines.of(Duration.ofSeconds(30)),
                    () -> JSON.valueToTree(passed(each.path())),
                    seen -> seen.equals(
                            JSON.valueToTree(expected.stream().sorted().toList())));
        }
    }

    /** The regions whose Envoys saw the request, each as often as it did. */
    private List<String> passed(String path) throws Exception {
        List<String> seen = new ArrayList<>();
        for (String region : regions.instance().regions()) {
            Path log = regions.folder().resolve(region).resolve("envoy/access.log");
            for (String line : Files.readAllLines(log)) {
                if (line.contains(path)) {
                    JsonNode entry = JSON.readTree(line);
                    assertThat(entry.path("shard").asText()).as(line).isNotEmpty();
                    seen.add(region);
                }
            }
        }
        return seen.stream().sorted().toList();
    }
}
