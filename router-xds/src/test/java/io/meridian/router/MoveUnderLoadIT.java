package io.meridian.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both edges write while shards go to the other region and back: held, never failed, executed once. */
class MoveUnderLoadIT {
    private static final List<Integer> SHARDS =
            IntStream.range(100, 200).boxed().toList();

    @TempDir
    static Path folder;

    @Test
    void noRequestFailsAndEachIsExecutedOnceWhileShardsMoveBetweenRegions() throws Exception {
        try (var world = new TwoRegions(folder)) {
            world.west1.fence(SHARDS);
            List<String> keys = SHARDS.stream().map(TwoRegions::keyOf).toList();

            var load = new Load(List.of(world.east, world.west), keys);
            for (int round = 0; round < 4; round++) {
                world.move(SHARDS, world.east1, world.west1, round * 4 + 3);
                world.move(SHARDS, world.west1, world.east1, round * 4 + 5);
            }
            load.stop();

            assertThat(load.failures()).isEmpty();
            Map<String, Long> executions = Stream.of(world.east1, world.west1)
                    .flatMap(zone -> zone.executed().stream())
                    .filter(executed -> executed.path().startsWith("/load/"))
                    .collect(Collectors.groupingBy(ZoneApplication.Executed::path, Collectors.counting()));
            assertThat(executions.keySet()).containsExactlyInAnyOrderElementsOf(load.acknowledged());
            assertThat(executions.values()).allMatch(times -> times == 1);
            assertThat(Stream.of(world.east1, world.west1)
                            .flatMap(zone -> zone.executed().stream())
                            .filter(executed -> executed.via().equals("hold")))
                    .as("some were held")
                    .isNotEmpty();
        }
    }
}
