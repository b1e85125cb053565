package io.meridian.drill.measure;

import io.meridian.topology.ShardFunction;

/** A user in every shard, the same in every drill. */
public final class UserKeys {
    public static final String PREFIX = "drill-user-";

    private UserKeys() {}

    /** @return by shard */
    public static String[] of(int shards) {
        var function = new ShardFunction(shards);
        var keys = new String[shards];
        int missing = shards;
        for (int number = 0; missing > 0; number++) {
            String key = PREFIX + number;
            int shard = function.shardOf(key).number();
            if (keys[shard] == null) {
                keys[shard] = key;
                missing--;
            }
        }
        return keys;
    }
}
