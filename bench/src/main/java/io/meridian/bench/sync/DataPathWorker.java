package io.meridian.bench.sync;

import io.meridian.agent.capture.CaptureSource;
import io.meridian.agent.stream.DataPath;
import io.meridian.agent.stream.Head;
import io.meridian.agent.stream.Outages;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;

/** Meridian's data path of one region. Arguments: region, store's address, Kafka, source of changes, the other region, its Kafka. */
final class DataPathWorker {
    static final int PARTITIONS = 4;

    private DataPathWorker() {}

    public static void main(String[] arguments) throws IOException {
        Answering.quiet();
        var config = new DataPath.Config(
                RegionId.of(arguments[0]),
                "main",
                arguments[1],
                "meridian_agent",
                Store.PASSWORD,
                "meridian_main",
                "meridian_main",
                CaptureSource.valueOf(arguments[3]),
                arguments[2],
                Map.of(RegionId.of(arguments[4]), arguments[5]),
                Store.SHARDS,
                PARTITIONS,
                Store.TABLES,
                Files.createTempDirectory("meridian-bench-staging"),
                Outages.DEFAULT);
        try (DataPath path = DataPath.start(config, new Unheard())) {
            Answering.untilTheEnd(
                    () -> path.problem().orElse(path.capturing() && path.applying() ? "" : "it has not begun yet"));
        }
        System.exit(0);
    }

    private static final class Unheard implements DataPath.Listener {
        @Override
        public void markerCaptured(ShardId shard, Epoch epoch, boolean close, Position position) {}

        @Override
        public void headsAdvanced(RegionId source, Map<ShardId, Head> heads) {}

        @Override
        public void shardStopped(ShardId shard, RegionId source, String reason) {}
    }
}
