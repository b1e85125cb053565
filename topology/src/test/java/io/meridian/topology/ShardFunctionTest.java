package io.meridian.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ShardFunctionTest {
    static List<ShardVectors.Vector> vectors() {
        return ShardVectors.load();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void keyLiesInTheShardThatTheVectorNames(ShardVectors.Vector vector) {
        assertThat(new ShardFunction(vector.shards()).shardOf(vector.key())).isEqualTo(ShardId.of(vector.shard()));
    }

    @Test
    void vectorsTellCaseSpacesAndNormalFormsApart() {
        assertThat(vectors())
                .hasSizeGreaterThan(150)
                .extracting(ShardVectors.Vector::key)
                .contains("", "alice", "Alice", " alice", "1", "01", "\u00e9", "e\u0301", "\ud83d\ude00");
    }

    @Test
    void everyShardIsReached() {
        var function = new ShardFunction(1024);

        long reached = java.util.stream.IntStream.range(0, 20_000)
                .mapToObj(number -> function.shardOf("user-" + number))
                .distinct()
                .count();

        assertThat(reached).isEqualTo(1024);
    }
}
