package io.meridian.agent.stream;

import io.meridian.agent.TestStore;
import io.meridian.agent.capture.CaptureSource;
import io.meridian.agent.failover.LossView;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** The data path in a process of its own, to be killed. It ends when its standard input does. */
public final class DataPathProcess {
    private DataPathProcess() {}

    /** @return a process that runs the data path of {@code config} */
    static Process start(DataPath.Config config) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                DataPathProcess.class.getName(),
                config.region().name(),
                config.jdbcUrl(),
                config.kafkaBootstrap(),
                config.staging().toString(),
                config.capture().name()));
        config.peers().forEach((region, bootstrap) -> command.add(region + "=" + bootstrap));
        var builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        return builder.start();
    }

    public static void main(String[] arguments) throws IOException {
        Map<RegionId, String> peers = new HashMap<>();
        for (int index = 5; index < arguments.length; index++) {
            String[] peer = arguments[index].split("=", 2);
            peers.put(RegionId.of(peer[0]), peer[1]);
        }
        var config = new DataPath.Config(
                RegionId.of(arguments[0]),
                "main",
                arguments[1],
                "meridian_agent",
                "test",
                "meridian_main",
                "meridian_main",
                CaptureSource.valueOf(arguments[4]),
                arguments[2],
                peers,
                TestStore.SHARDS,
                TestRegion.PARTITIONS,
                TestRegion.TABLES,
                Path.of(arguments[3]),
                Outages.DEFAULT);
        var seeds = SeedFiles.of(config);
        DataPath path = DataPath.start(
                config,
                new DataPath.Listener() {
                    @Override
                    public void markerCaptured(ShardId shard, Epoch epoch, boolean close, Position position) {}

                    @Override
                    public void headsAdvanced(RegionId source, Map<ShardId, Head> heads) {}

                    @Override
                    public void shardStopped(ShardId shard, RegionId source, String reason) {}
                },
                LossView.NONE,
                seeds::asked);
        Thread.ofPlatform().daemon().start(() -> {
            while (true) {
                seeds.tell(path.seedings());
                LockSupport.parkNanos(50_000_000);
            }
        });
        while (System.in.read() >= 0) {
            // the parent says nothing; its end is what counts
        }
        path.close();
    }
}
