package io.meridian.agent.stream;

import io.meridian.agent.apply.DisputedShards;
import io.meridian.agent.apply.PartitionApplier;
import io.meridian.agent.apply.StoppedShards;
import io.meridian.agent.capture.CaptureSource;
import io.meridian.agent.capture.ChangeSource;
import io.meridian.agent.capture.PgoutputChangeSource;
import io.meridian.agent.capture.TransactionGrouper;
import io.meridian.agent.capture.debezium.DebeziumChangeSource;
import io.meridian.agent.failover.Aligner;
import io.meridian.agent.failover.GatherAnswer;
import io.meridian.agent.failover.Gatherer;
import io.meridian.agent.failover.LossOrders;
import io.meridian.agent.failover.LossView;
import io.meridian.agent.failover.MissingBases;
import io.meridian.agent.failover.Settling;
import io.meridian.agent.running.KeptRunning;
import io.meridian.agent.seeding.SeedOwner;
import io.meridian.agent.seeding.SeedTarget;
import io.meridian.agent.seeding.SeedTold;
import io.meridian.agent.seeding.SeedView;
import io.meridian.agent.seeding.SeedingBoard;
import io.meridian.agent.server.StoreServers;
import io.meridian.agent.store.HeadBoard;
import io.meridian.agent.store.StoreAccess;
import io.meridian.agent.store.WriterRegion;
import io.meridian.agent.transport.CaptureWork;
import io.meridian.agent.transport.CopyPuller;
import io.meridian.agent.transport.MarkerWriter;
import io.meridian.agent.transport.OwnTopics;
import io.meridian.agent.transport.RescuePuller;
import io.meridian.agent.transport.TopicWatch;
import io.meridian.agent.transport.Topics;
import io.meridian.conflict.ShardHead;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardFunction;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The data path of one store group in one region: capture, topic, the peers' copy logs, apply. Every part has a thread of its own that is
 * started again when it fails; what is wrong meanwhile is the {@link #problem}.
 */
public final class DataPath implements AutoCloseable {
    /**
     * @param peers Kafka of every other region, as this one reaches it
     * @param staging folder for large transactions, of this path alone
     * @param lives of regions behind their first, whose logs are written and applied here
     */
    public record Config(
            RegionId region,
            String group,
            String jdbcUrl,
            String user,
            String password,
            String slot,
            String publication,
            CaptureSource capture,
            String kafkaBootstrap,
            Map<RegionId, String> peers,
            int shards,
            int partitions,
            List<Topology.Table> tables,
            Path staging,
            Outages outages,
            Map<RegionId, Integer> lives) {
        /** Of regions that never began anew. */
        public Config(
                RegionId region,
                String group,
                String jdbcUrl,
                String user,
                String password,
                String slot,
                String publication,
                CaptureSource capture,
                String kafkaBootstrap,
                Map<RegionId, String> peers,
                int shards,
                int partitions,
                List<Topology.Table> tables,
                Path staging,
                Outages outages) {
            this(
                    region,
                    group,
                    jdbcUrl,
                    user,
                    password,
                    slot,
                    publication,
                    capture,
                    kafkaBootstrap,
                    peers,
                    shards,
                    partitions,
                    tables,
                    staging,
                    outages,
                    Map.of());
        }

        /** The same, where regions began anew. */
        public Config in(Map<RegionId, Integer> others) {
            return new Config(
                    region,
                    group,
                    jdbcUrl,
                    user,
                    password,
                    slot,
                    publication,
                    capture,
                    kafkaBootstrap,
                    peers,
                    shards,
                    partitions,
                    tables,
                    staging,
                    outages,
                    others);
        }

        /** Of the logs that are written and applied. */
        public Topics topics() {
            return new Topics(group, region, partitions, lives);
        }
    }

    /** Called from the data path's threads; must return at once. */
    public interface Listener {
        /** After Kafka's acknowledgement and the marker row's commit. */
        void markerCaptured(ShardId shard, Epoch epoch, boolean close, Position position);

        /** After the commit of what was applied; only shards with markers or changes in it. */
        void headsAdvanced(RegionId source, Map<ShardId, Head> heads);

        void shardStopped(ShardId shard, RegionId source, String reason);

        /** There is something new in {@link DataPath#gathered} or {@link DataPath#settledTails}. */
        default void lossesAnswered() {}

        /** Which of the store's servers is captured from. */
        default CaptureWork.Watcher capture() {
            return new CaptureWork.Watcher() {};
        }

        /** There is something new in {@link DataPath#seedings}. */
        default void seedingsAnswered() {}
    }

    private record Source(RegionId region, CopyPuller puller, List<PartitionApplier> appliers) {}

    private final List<Source> sources = new ArrayList<>();
    private final KeptRunning markers;
    private final KeptRunning capture;
    private final List<KeptRunning> pulling = new ArrayList<>();
    private final List<KeptRunning> applying = new ArrayList<>();
    private final int partitions;
    private final Gatherer gatherer;
    private final KeptRunning gathering;
    private final KeptRunning aligning;
    private final KeptRunning rescuing;
    private final Settling settling;
    private final KeptRunning settled;
    private final SlotWatch slot;
    private final List<KeptRunning> watching;
    private final StoreServers servers;
    private final Runnable leaving = this::leaveOldPrimary;

    private final SeedTarget seedTarget;
    private final SeedOwner seedOwner;
    private final List<KeptRunning> seeding;

    private DataPath(Config config, Listener listener, LossView losses, SeedView seeds) {
        this.partitions = config.partitions();
        var store = new StoreAccess(config.jdbcUrl(), config.user(), config.password());
        var topics = new OwnTopics(
                config.topics(),
                config.kafkaBootstrap(),
                List.copyOf(config.peers().keySet()),
                config.outages().longest());
        var heads = new HeadBoard();
        var stopped = new StoppedShards(listener::shardStopped);
        var markerWriter = new MarkerWriter(config.region(), store, heads, listener::markerCaptured);
        var disputed = new DisputedShards(losses);
        var aligner = new Aligner(config.region(), store, topics, heads, disputed::add);
        var missing = new MissingBases(heads, losses, config.partitions());
        var seedings = new SeedingBoard(seeds);
        var shared = new PartitionApplier.Shared(
                config.region(),
                config.group(),
                store,
                topics,
                heads,
                stopped,
                disputed,
                aligner,
                missing,
                seedings,
                config.tables(),
                (source, moved) -> listener.headsAdvanced(source, heads(moved)));
        var captureWork = new CaptureWork(
                topics,
                store,
                config.slot(),
                lsn -> open(config, store, lsn),
                incarnation -> new TransactionGrouper(
                        config.region(),
                        incarnation,
                        config.partitions(),
                        new ShardFunction(config.shards()),
                        config.tables()),
                markerWriter,
                listener.capture());

        config.peers().forEach((region, bootstrap) -> sources.add(source(shared, config, region, bootstrap)));
        this.markers = KeptRunning.start("markers", markerWriter);
        this.capture = KeptRunning.start("capture", captureWork);
        for (Source source : sources) {
            pulling.add(KeptRunning.start("pull-" + source.region(), source.puller()));
            for (int partition = 0; partition < source.appliers().size(); partition++) {
                PartitionApplier applier = source.appliers().get(partition);
                String name = "apply-%s-%02d".formatted(source.region(), partition);
                applying.add(KeptRunning.start(name, applier));
            }
        }
        this.gatherer = new Gatherer(
                config.region(), store, heads.frozen(), losses, this::newestHeartbeatMicros, listener::lossesAnswered);
        this.rescuing = KeptRunning.start(
                "rescue",
                new RescuePuller(
                        topics,
                        config.peers(),
                        sources.stream().map(Source::puller).toList(),
                        missing));
        this.settling = new Settling(store, config.partitions(), losses, disputed::settled, listener::lossesAnswered);
        this.settled = KeptRunning.start("settle", settling);
        this.aligning = KeptRunning.start("align", aligner);
        this.gathering = KeptRunning.start("gather", gatherer);
        this.seedTarget = new SeedTarget(
                config.region(),
                store,
                seeds,
                seedings,
                heads,
                stops(stopped),
                new Appliers(),
                listener::seedingsAnswered);
        this.seedOwner = new SeedOwner(config.region(), store, seeds, config.tables(), listener::seedingsAnswered);
        this.seeding =
                List.of(KeptRunning.start("seeds-taken", seedTarget), KeptRunning.start("seeds-told", seedOwner));
        this.slot = new SlotWatch(store, config.slot(), config.outages().retainedWarnBytes());
        this.watching = List.of(
                KeptRunning.start("slot", slot), KeptRunning.start("topics", new TopicWatch(topics, this::beginAgain)));
        this.servers = store.servers();
        servers.onRaised(leaving);
    }

    /** The store went on with another server. Capture notices by itself, between two records. */
    private void leaveOldPrimary() {
        Stream.of(Stream.of(markers, gathering, aligning, settled, watching.getFirst()), applying.stream())
                .flatMap(parts -> parts)
                .forEach(KeptRunning::again);
    }

    private void beginAgain() {
        Stream.of(Stream.of(capture), pulling.stream(), applying.stream())
                .flatMap(parts -> parts)
                .forEach(KeptRunning::again);
    }

    /** Without a control plane. */
    public static DataPath start(Config config, Listener listener) {
        return start(config, listener, LossView.NONE);
    }

    public static DataPath start(Config config, Listener listener, LossView losses) {
        return start(config, listener, losses, SeedView.NONE);
    }

    public static DataPath start(Config config, Listener listener, LossView losses, SeedView seeds) {
        return new DataPath(config, listener, losses, seeds);
    }

    private static SeedTarget.Stops stops(StoppedShards stopped) {
        return new SeedTarget.Stops() {
            @Override
            public void forget(ShardId shard) {
                stopped.forget(shard);
            }

            @Override
            public Runnable stop(Connection store, ShardId shard, RegionId source, String reason) throws SQLException {
                return stopped.stop(store, shard, source, reason);
            }
        };
    }

    private final class Appliers implements SeedTarget.Appliers {
        @Override
        public long taken(RegionId source, ShardId shard) {
            return of(shard)
                    .filter(applier -> applier.source().equals(source))
                    .mapToLong(PartitionApplier::taken)
                    .sum();
        }

        @Override
        public void lookAgain(ShardId shard) {
            of(shard).forEach(applier -> applier.lookAgain(shard));
        }

        private Stream<PartitionApplier> of(ShardId shard) {
            return sources.stream()
                    .flatMap(one -> one.appliers().stream())
                    .filter(applier -> applier.partition() == shard.partition(partitions));
        }
    }

    /** How far this store is with shards that it takes, or tells, anew. */
    public List<SeedTold> seedings() {
        return Stream.concat(seedTarget.told().stream(), seedOwner.told().stream())
                .toList();
    }

    /** What is wanted because of lost regions changed. */
    public void lossesChanged() {
        gathering.wake();
        settled.wake();
    }

    /** Tails of lost regions that are in and decided. */
    public List<LossOrders.Tail> settledTails() {
        return settling.settled();
    }

    public List<GatherAnswer> gathered() {
        return gatherer.gathered();
    }

    private OptionalLong newestHeartbeatMicros(RegionId source, ShardId shard) {
        return sources.stream()
                .filter(one -> one.region().equals(source))
                .map(one -> one.appliers().get(shard.partition(partitions)).newestHeartbeatMicros())
                .findFirst()
                .orElse(OptionalLong.empty());
    }

    private static ChangeSource open(Config config, StoreAccess store, long fromLsn) throws SQLException {
        WriterRegion.tell(
                store,
                config.region(),
                config.tables().stream().filter(table -> !table.sharded()).toList());
        String ourOrigins = "meridian_" + config.group() + "_";
        return switch (config.capture()) {
            case PGOUTPUT ->
                PgoutputChangeSource.open(
                        store, config.slot(), config.publication(), ourOrigins, config.staging(), fromLsn);
            case DEBEZIUM -> DebeziumChangeSource.open(store, config.slot(), config.publication(), ourOrigins, fromLsn);
        };
    }

    private static Source source(PartitionApplier.Shared shared, Config config, RegionId region, String bootstrap) {
        var puller = new CopyPuller(
                shared.topics(),
                region,
                bootstrap,
                partition -> shared.seedings().acceptsHole(region, partition, config.partitions()));
        List<PartitionApplier> appliers = new ArrayList<>();
        for (int partition = 0; partition < config.partitions(); partition++) {
            appliers.add(new PartitionApplier(shared, region, partition, puller));
        }
        return new Source(region, puller, appliers);
    }

    public List<Lag> lags() {
        return sources.stream().map(DataPath::lag).toList();
    }

    private static Lag lag(Source source) {
        long records = source.puller().recordsBehind();
        for (PartitionApplier applier : source.appliers()) {
            records += applier.recordsBehind();
        }
        return Lag.of(
                source.region(),
                source.appliers().stream()
                        .map(PartitionApplier::newestHeartbeatMicros)
                        .toList(),
                records,
                source.puller().mean(),
                source.puller().silentMillis(),
                System.currentTimeMillis());
    }

    /** A person decided something of what waits of the shard from {@code source}. */
    public void lookAgain(RegionId source, ShardId shard) {
        sources.stream()
                .filter(one -> one.region().equals(source))
                .flatMap(one -> one.appliers().stream())
                .filter(applier -> applier.partition() == shard.partition(partitions))
                .forEach(applier -> applier.lookAgain(shard));
    }

    /** What the slot holds back; empty: not seen yet. */
    public Optional<SlotState> slot() {
        return slot.newest();
    }

    /** What a person may want to know, and nothing stands still for. */
    public Optional<String> warning() {
        return slot.warning();
    }

    /** Why capture or apply does not run, or not as it should. */
    public Optional<String> problem() {
        return parts().flatMap(part -> part.problem().stream()).findFirst().or(slot::problem);
    }

    /** Own changes flow into Kafka. */
    public boolean capturing() {
        return capture.well() && markers.well();
    }

    /** Every applier is at work, or waits for records. */
    public boolean applying() {
        return applying.stream().allMatch(KeptRunning::well);
    }

    private static Map<ShardId, Head> heads(Map<ShardId, ShardHead.At> moved) {
        Map<ShardId, Head> heads = new HashMap<>();
        moved.forEach((shard, head) ->
                heads.put(shard, new Head(head.epoch(), head.region(), head.position(), head.closed())));
        return heads;
    }

    private Stream<KeptRunning> parts() {
        return Stream.of(
                        Stream.of(capture, markers, gathering, aligning, settled, rescuing),
                        pulling.stream(),
                        applying.stream(),
                        seeding.stream(),
                        watching.stream())
                .flatMap(parts -> parts);
    }

    /** Returns once all threads have ended; what capture sent last is acknowledged and in its checkpoint by then. */
    @Override
    public void close() {
        servers.forget(leaving);
        capture.stop();
        pulling.forEach(KeptRunning::stop);
        applying.forEach(KeptRunning::stop);
        capture.close(); // needs the marker writer for what it sent last
        parts().forEach(KeptRunning::stop);
        parts().forEach(KeptRunning::close);
    }
}
