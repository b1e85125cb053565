package io.meridian.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.endtoend.ControlPlaneApi.Answer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Bad input gets a precise error and changes nothing. */
class BadInputIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestRegions regions = TestRegions.shared();
    private final ControlPlaneApi api = regions.api();

    /** What no refusal may touch. */
    private record Standing(JsonNode topology, JsonNode shards, JsonNode runs) {}

    private Standing standing() throws Exception {
        return new Standing(api.get("/api/v1/topology"), api.get("/api/v1/shards"), api.get("/api/v1/runs"));
    }

    @Test
    void aZoneInAnUnknownRegionIsPointedAt() throws Exception {
        refusedAt("/zones/0/region", topology -> zone(topology).put("region", "atlantis"));
    }

    @Test
    void aDuplicateZoneIsPointedAt() throws Exception {
        refusedAt(
                "/zones/4/name",
                topology ->
                        ((ArrayNode) topology.path("zones")).add(zone(topology).deepCopy()));
    }

    @Test
    void weightsThatSumToZeroArePointedAt() throws Exception {
        refusedAt("/zones", topology -> topology.path("zones").forEach(zone -> ((ObjectNode) zone).put("weight", 0)));
    }

    @Test
    void aShardOutOfRangeIsNamed() throws Exception {
        Standing before = standing();

        Answer answer = api.move("1000-1024", "west-1", false);

        assertThat(standing()).isEqualTo(before);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body().path("type").asText()).isEqualTo("urn:meridian:problem:shard-out-of-range");
        assertThat(answer.body().path("detail").asText()).contains("1024").contains("1023");
    }

    @Test
    void anUnknownTargetZoneIsNamed() throws Exception {
        Standing before = standing();

        Answer answer = api.move("0-3", "west-9", false);

        assertThat(standing()).isEqualTo(before);
        assertThat(answer.body().path("type").asText()).isEqualTo("urn:meridian:problem:unknown-zone");
        assertThat(answer.body().path("detail").asText()).contains("west-9");
    }

    @Test
    void aWrongTokenIsRefusedAndNothingStarts() throws Exception {
        Standing before = standing();

        Answer answer = api.send(
                "POST", "/api/v1/moves", "application/json", "{\"shards\":\"0-3\",\"to\":\"west-1\"}", "wrong");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.body().path("type").asText()).isEqualTo("urn:meridian:problem:unauthenticated");
        assertThat(standing()).isEqualTo(before);
    }

    @Test
    void aMoveThatOverlapsARunningOneIsRefused() throws Exception {
        regions.bringHome("0-31", "east-1");
        regions.stallKafka("west", "east");
        String first = api.startMove("0-15", "west-1");
        regions.awaitState(first, "CATCHING_UP");

        Standing before = standing();

        Answer second = api.move("15-31", "north-1", false);

        assertThat(standing()).isEqualTo(before);
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.body().path("type").asText()).isEqualTo("urn:meridian:problem:move-overlaps");
        assertThat(second.body().path("detail").asText()).contains("15").contains(first);
        regions.heal("west", "east");
        assertThat(regions.awaitEnd(first).path("state").asText()).isEqualTo("DONE");
    }

    @Test
    void aDryRunStartsNothing() throws Exception {
        regions.bringHome("0-31", "east-1");
        Standing before = standing();

        Answer plan = api.move("0-31", "west-1", true);

        assertThat(plan.status()).isEqualTo(200);
        assertThat(plan.body().path("moves")).isNotEmpty();
        assertThat(standing()).isEqualTo(before);
    }

    private void refusedAt(String pointer, Consumer<ObjectNode> fault) throws Exception {
        Standing before = standing();
        ObjectNode topology = before.topology().path("topology").deepCopy();
        fault.accept(topology);

        Answer answer = api.send(
                "PUT", "/api/v1/topology", "application/json", JSON.writeValueAsString(topology), regions.token());

        assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
        assertThat(answer.body().path("type").asText()).isEqualTo("urn:meridian:problem:invalid-document");
        assertThat(answer.body().path("errors").findValuesAsText("pointer"))
                .as(answer.toString())
                .contains(pointer);
        assertThat(standing()).isEqualTo(before);
    }

    private static ObjectNode zone(ObjectNode topology) {
        return (ObjectNode) topology.path("zones").path(0);
    }
}
