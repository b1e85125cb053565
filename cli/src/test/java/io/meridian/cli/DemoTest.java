package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
    private static final String REGIONS = """
        [{"name": "east", "zones": [{"name": "east-1", "shards": 3}, {"name": "east-2", "shards": 2}]},
         {"name": "west", "zones": [{"name": "west-8", "kind": "G", "shards": 0}, {"name": "west-1", "kind": "R", "shards": 4}]}]\
        """;

    @TempDir
    private Path folder = Path.of("");

    private final PlayedControlPlane plane;

    DemoTest() throws IOException {
        plane = PlayedControlPlane.start();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    @Test
    void thirdOfTheShardsMovesUnderLoadAndBackToEachZone() throws IOException {
        playRegions();
        plane.answers("POST /moves", 202, MoveTest.run("DONE", ""))
                .answers(
                        "POST /verifications",
                        202,
                        "{\"id\": \"vf-1\", \"state\": \"DONE\", \"equal\": true, \"shards\": 9, \"rows\": 5}");

        var said = demo("sleep 3; echo '{\"requests\": 300, \"failed\": 0, \"lost\": 0, \"doubled\": 0}'");

        assertThat(said.out()).contains("alice is in shard 4, owned by east").contains("That was the loop");
        assertThat(said.exitCode()).isZero();
        assertThat(plane.asked().stream()
                        .filter(asked -> asked.what().equals("POST /moves"))
                        .map(PlayedControlPlane.Asked::body))
                .containsExactly(
                        "{\"shards\":\"0-1,4\",\"to\":\"west-1\"}",
                        "{\"shards\":\"0-1\",\"to\":\"east-1\"}",
                        "{\"shards\":\"4\",\"to\":\"east-2\"}");
        assertThat(Files.readString(folder.resolve("arguments"))).isEqualTo("--rate 100 --seconds 6 --json\n");
    }

    @Test
    void lostWriteMakesTheDemoFail() throws IOException {
        playRegions();
        plane.answers("POST /moves", 202, MoveTest.run("DONE", ""))
                .answers(
                        "POST /verifications",
                        202,
                        "{\"id\": \"vf-1\", \"state\": \"DONE\", \"equal\": true, \"shards\": 9, \"rows\": 5}");

        var said = demo("sleep 3; echo '{\"requests\": 300, \"failed\": 0, \"lost\": 1, \"doubled\": 0}'");

        assertThat(said.exitCode()).isEqualTo(ExitCode.FAILED.number());
        assertThat(said.out()).contains("Something above went wrong.");
    }

    @Test
    void loadThatEndsAtOnceIsShown() throws IOException {
        playRegions();

        var said = demo("echo no edge answers >&2; exit 1");

        assertThat(said.exitCode()).isEqualTo(ExitCode.FAILED.number());
        assertThat(said.err()).contains("the load ended at once: no edge answers");
        assertThat(plane.asked()).noneMatch(asked -> asked.what().startsWith("POST"));
    }

    @Test
    void oneRegionIsNoScene() throws IOException {
        playRegions();
        plane.close();
        try (var alone = PlayedControlPlane.start()) {
            alone.answers(
                            "GET /regions",
                            200,
                            "[{\"name\": \"east\", \"zones\": [{\"name\": \"east-1\", \"shards\": 1}]}]")
                    .answers("GET /shards", 200, "{\"revision\": 1, \"shards\": [" + shard(0, "east", "east-1") + "]}")
                    .answers("GET /shards/where?key=alice", 200, shard(0, "east", "east-1"));

            var said = Said.by(
                    Map.of("MERIDIAN_API", alone.address(), "MERIDIAN_TOKEN", "x", "MERIDIAN_LOAD_COMMAND", "false"),
                    "demo");

            assertThat(said.exitCode()).isEqualTo(ExitCode.REFUSED.number());
            assertThat(said.err()).contains("the demo needs two regions");
        }
    }

    private void playRegions() {
        plane.answers("GET /regions", 200, REGIONS)
                .answers("GET /shards/where?key=alice", 200, shard(4, "east", "east-2"))
                .answers(
                        "GET /shards",
                        200,
                        "{\"revision\": 1, \"shards\": [" + shard(0, "east", "east-1") + ","
                                + shard(1, "east", "east-1") + ","
                                + shard(2, "east", "east-1") + "," + shard(3, "east", "east-2") + ","
                                + shard(4, "east", "east-2") + ","
                                + shard(5, "west", "west-1") + "," + shard(6, "west", "west-1") + ","
                                + shard(7, "west", "west-1") + ","
                                + shard(8, "west", "west-1") + "]}");
    }

    private Said demo(String load) throws IOException {
        Path script = Files.writeString(
                folder.resolve("load.sh"), "echo \"$@\" > " + folder.resolve("arguments") + "\n" + load + "\n");
        var environment = new HashMap<String, String>();
        environment.put("MERIDIAN_API", plane.address());
        environment.put("MERIDIAN_TOKEN", PlayedControlPlane.TOKEN);
        environment.put("MERIDIAN_LOAD_COMMAND", "sh " + script);
        return Said.by(environment, "demo", "--seconds", "6");
    }

    private static String shard(int shard, String region, String zone) {
        return "{\"shard\": %d, \"region\": \"%s\", \"zone\": \"%s\", \"epoch\": 1, \"state\": \"OWNED\", \"frozenBy\": null}"
                .formatted(shard, region, zone);
    }
}
