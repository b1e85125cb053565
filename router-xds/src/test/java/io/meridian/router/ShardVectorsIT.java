package io.meridian.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.topology.ShardFunction;
import io.meridian.wire.RouterView;
import io.meridian.wire.ShardRoute;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The edge's script computes the same shards as Java, SQL and TypeScript: every vector, through a real Envoy. */
class ShardVectorsIT {
    @TempDir
    static Path folder;

    private record Vector(String key, int shards, int shard) {}

    @Test
    void theScriptComputesEveryVector() throws Exception {
        Map<Integer, List<Vector>> byCount = vectors().collect(Collectors.groupingBy(Vector::shards));
        var wrong = new TreeMap<String, String>();
        try (var world = new TwoRegions(folder)) {
            for (int shards : byCount.keySet()) {
                world.control.say(everythingToEast1(world.control.state(), shards));
                world.awaitAcked(world.control.revision());
                for (Vector vector : byCount.getOrDefault(shards, List.of())) {
                    String query = URLEncoder.encode(vector.key(), StandardCharsets.UTF_8);
                    var answer = world.east.get("/?uid=" + query);
                    String shard =
                            answer.headers().firstValue("x-meridian-shard").orElse("none");
                    String expected = atAnEdge(vector.key()) ? Integer.toString(vector.shard()) : "none";
                    if (!shard.equals(expected)) {
                        wrong.put("'" + vector.key() + "' of " + shards, shard + ", not " + expected);
                    }
                }
            }
        }
        assertThat(byCount).containsKeys(64, 1024, 65_536);
        assertThat(wrong).isEmpty();
    }

    /** An edge takes no empty key and none above 256 bytes. */
    private static boolean atAnEdge(String key) {
        return !key.isEmpty() && key.getBytes(StandardCharsets.UTF_8).length <= 256;
    }

    private static RouterView.Builder everythingToEast1(RouterView state, int shards) {
        var view = state.toBuilder().setShardCount(shards).clearRoutes();
        for (int shard = 0; shard < shards; shard++) {
            view.addRoutes(ShardRoute.newBuilder().setShard(shard).setEpoch(1).setZone("east-1"));
        }
        return view;
    }

    private static Stream<Vector> vectors() throws IOException {
        try (var stream = ShardFunction.class.getResourceAsStream("/meridian/shard-vectors.tsv")) {
            assertThat(stream).isNotNull();
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .map(line -> line.split("\t", -1))
                    .map(fields -> new Vector(fields[0], Integer.parseInt(fields[1]), Integer.parseInt(fields[2])));
        }
    }
}
