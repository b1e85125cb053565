package io.meridian.drill.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.topology.ShardFunction;
import org.junit.jupiter.api.Test;

class UserKeysTest {
    @Test
    void everyShardHasAUser() {
        String[] keys = UserKeys.of(1024);

        var function = new ShardFunction(1024);
        for (int shard = 0; shard < keys.length; shard++) {
            assertThat(function.shardOf(keys[shard]).number()).isEqualTo(shard);
        }
    }
}
