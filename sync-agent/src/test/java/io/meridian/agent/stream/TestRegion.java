package io.meridian.agent.stream;

import io.meridian.agent.EveryType;
import io.meridian.agent.TestStore;
import io.meridian.agent.capture.CaptureSource;
import io.meridian.agent.failover.LossOrders;
import io.meridian.agent.failover.LossView;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.seeding.SeedOrders;
import io.meridian.agent.transport.CopyPuller;
import io.meridian.agent.transport.KafkaClients;
import io.meridian.agent.transport.RecordCodec;
import io.meridian.agent.verify.ShardHash;
import io.meridian.agent.verify.ShardHasher;
import io.meridian.local.Ports;
import io.meridian.local.kafka.KafkaServer;
import io.meridian.local.link.LinkProxy;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardFunction;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A region without control plane: a store with the fence installed, a Kafka, and the data path when started. */
final class TestRegion implements AutoCloseable {
    static final int PARTITIONS = 4;
    static final List<Topology.Table> TABLES =
            Stream.concat(TestStore.TABLES.stream(), Stream.of(EveryType.TABLE)).toList();

    private static final List<Logger> QUIET = List.of(
            Logger.getLogger("org.apache.kafka"),
            Logger.getLogger("org.apache.kafka.clients.NetworkClient"),
            Logger.getLogger("io.debezium"));

    static {
        QUIET.forEach(logger -> logger.setLevel(Level.SEVERE));
    }

    record Marked(ShardId shard, Epoch epoch, boolean close, Position position) {}

    record Stopped(ShardId shard, RegionId source, String reason) {}

    final RegionId id;
    final TestStore store;
    final KafkaServer kafka;
    final Queue<Marked> markers = new ConcurrentLinkedQueue<>();
    final Queue<Stopped> stopped = new ConcurrentLinkedQueue<>();
    final Map<ShardId, Head> heads = new java.util.concurrent.ConcurrentHashMap<>();
    /** What a control plane would say. */
    volatile LossOrders losses = LossOrders.NONE;

    volatile Optional<SeedOrders> seedings = Optional.empty();

    final Map<ShardId, Ownership> ownerships = new java.util.concurrent.ConcurrentHashMap<>();
    private @Nullable DataPath path;

    private final List<Topology.Table> tables;
    private final @Nullable LinkProxy link;

    private TestRegion(
            RegionId id, TestStore store, KafkaServer kafka, List<Topology.Table> tables, @Nullable LinkProxy link) {
        this.id = id;
        this.store = store;
        this.kafka = kafka;
        this.tables = tables;
        this.link = link;
    }

    static TestRegion create(String name) throws Exception {
        TestStore store = TestStore.installed();
        store.lease();
        store.superuser(EveryType.CREATE);
        return new TestRegion(RegionId.of(name), store, KafkaServer.temporary(), TABLES, null);
    }

    /** With {@link WriterTables} besides, no shard open and no lease. */
    static TestRegion ofManyWriters(String name) throws Exception {
        List<Topology.Table> tables = Stream.concat(TestStore.TABLES.stream(), WriterTables.TABLES.stream())
                .toList();
        TestStore store = TestStore.empty();
        store.superuser(WriterTables.CREATE);
        store.install(tables);
        return new TestRegion(RegionId.of(name), store, KafkaServer.temporary(), tables, null);
    }

    /** The others reach its Kafka through a link that can fail. */
    static TestRegion createBehindLink(String name) throws Exception {
        TestStore store = TestStore.installed();
        store.lease();
        store.superuser(EveryType.CREATE);
        int linkPort = Ports.free();
        KafkaServer kafka = KafkaServer.temporaryBehind(linkPort);
        return new TestRegion(RegionId.of(name), store, kafka, TABLES, LinkProxy.open(linkPort, kafka.peersPort()));
    }

    /** From all others to this region's Kafka. */
    LinkProxy link() {
        if (link == null) {
            throw new IllegalStateException(id + " is not behind a link");
        }
        return link;
    }

    private String reachedAt() {
        return link == null ? kafka.bootstrap() : link.address();
    }

    DataPath.Config config(Collection<TestRegion> all) {
        return config(all, CaptureSource.PGOUTPUT);
    }

    private DataPath.Config config(Collection<TestRegion> all, CaptureSource capture) {
        Map<RegionId, String> peers = new HashMap<>();
        all.stream().filter(peer -> peer != this).forEach(peer -> peers.put(peer.id, peer.reachedAt()));
        return config(peers, capture);
    }

    private DataPath.Config config(Map<RegionId, String> peers, CaptureSource capture) {
        return new DataPath.Config(
                id,
                "main",
                store.url(),
                "meridian_agent",
                store.password(),
                "meridian_main",
                "meridian_main",
                capture,
                kafka.bootstrap(),
                peers,
                TestStore.SHARDS,
                PARTITIONS,
                tables,
                staging(),
                Outages.DEFAULT);
    }

    /** Goes with the store's own folder. */
    Path staging() {
        return store.server().log().resolveSibling("staging");
    }

    void start(Collection<TestRegion> all) {
        start(config(all));
    }

    void start(Collection<TestRegion> all, CaptureSource capture) {
        start(config(all, capture));
    }

    /** Where regions began anew. */
    void start(Map<RegionId, String> peers, Map<RegionId, Integer> lives) {
        start(config(peers, CaptureSource.PGOUTPUT).in(lives));
    }

    /** @param peers Kafka of each, whoever writes there */
    void start(Map<RegionId, String> peers) {
        start(config(peers, CaptureSource.PGOUTPUT));
    }

    private void start(DataPath.Config config) {
        path = DataPath.start(
                config,
                new DataPath.Listener() {
                    @Override
                    public void markerCaptured(ShardId shard, Epoch epoch, boolean close, Position position) {
                        markers.add(new Marked(shard, epoch, close, position));
                    }

                    @Override
                    public void headsAdvanced(RegionId source, Map<ShardId, Head> moved) {
                        heads.putAll(moved);
                    }

                    @Override
                    public void shardStopped(ShardId shard, RegionId source, String reason) {
                        stopped.add(new Stopped(shard, source, reason));
                    }
                },
                new LossView() {
                    @Override
                    public LossOrders orders() {
                        return losses;
                    }

                    @Override
                    public Optional<Ownership> ownership(ShardId shard) {
                        return Optional.ofNullable(ownerships.get(shard));
                    }
                },
                () -> seedings);
    }

    void stop() {
        if (path != null) {
            path.close();
            path = null;
        }
    }

    DataPath path() {
        if (path == null) {
            throw new IllegalStateException(id + " is not started");
        }
        return path;
    }

    static int shardOf(String key) {
        return new ShardFunction(TestStore.SHARDS).shardOf(key).number();
    }

    /** A first grant of all shards in {@code range}, a condition on {@code shard}. */
    void openFirst(String range) throws SQLException {
        store.superuser(
                "update meridian.fence set state = 'OPEN', epoch = 1, owned_epoch = 1, opened_at = clock_timestamp()"
                        + " where " + range);
    }

    void close(int shard) throws SQLException {
        store.superuser(
                "update meridian.fence set state = 'CLOSED', closes = epoch, epoch = epoch + 1 where shard = " + shard);
    }

    void open(int shard, long epoch, Marked base, RegionId baseRegion) throws SQLException {
        store.superuser(
                "update meridian.fence set state = 'OPEN', epoch = %1$d, owned_epoch = %1$d, opened_at = clock_timestamp(), closes = null, base_region = '%2$s', base_incarnation = '%3$s', base_epoch = %4$d, base_position = '%5$s' where shard = %6$d"
                        .formatted(
                                epoch,
                                baseRegion,
                                base.position().incarnation(),
                                base.epoch().number(),
                                base.position().lsnText(),
                                shard));
    }

    /** The marker, once captured. */
    Marked marker(int shard, long epoch, boolean close) {
        Awaiting.await(
                id + "'s marker of shard " + shard + " epoch " + epoch + (close ? " CLOSE" : " OPEN"),
                60,
                () -> found(shard, epoch, close) != null,
                () -> path().problem() + " " + markers.size());
        Marked found = found(shard, epoch, close);
        if (found == null) {
            throw new AssertionError();
        }
        return found;
    }

    private @Nullable Marked found(int shard, long epoch, boolean close) {
        return markers.stream()
                .filter(marked ->
                        marked.shard().number() == shard && marked.epoch().number() == epoch && marked.close() == close)
                .findFirst()
                .orElse(null);
    }

    Head head(int shard) {
        Head head = heads.get(ShardId.of(shard));
        if (head == null) {
            throw new AssertionError(id + " has no head of shard " + shard);
        }
        return head;
    }

    boolean closed(int shard, long epoch) {
        Head head = heads.get(ShardId.of(shard));
        return head != null && head.closed() && head.epoch().number() == epoch;
    }

    /** Records with rows in this region's copy of {@code source}'s changes, or in its own topic of changes. */
    long recordsWithRows(String source) {
        String topic = source.equals(id.name()) ? "meridian.changes.main." + source : "meridian.copy.main." + source;
        return records(topic).stream().filter(record -> !rows(record).isEmpty()).count();
    }

    boolean isWell() {
        return path().capturing() && path().applying() && path().problem().isEmpty();
    }

    /** As a puller would have left it whose earlier batches were lost: the newest record is in the copy log, those before it are not. */
    void copyLastRecordOnly(TestRegion source, int partition) throws Exception {
        var place = new TopicPartition("meridian.changes.main." + source.id, partition);
        try (Consumer<byte[], byte[]> consumer = KafkaClients.consumer(source.kafka.bootstrap(), "judge");
                var producer = KafkaClients.producer(kafka.bootstrap(), "judge")) {
            consumer.assign(List.of(place));
            consumer.seek(place, consumer.endOffsets(List.of(place)).getOrDefault(place, 0L) - 1);
            var found = consumer.poll(Duration.ofSeconds(10)).records(place).getFirst();
            producer.send(CopyPuller.copied("meridian.copy.main." + source.id, found))
                    .get();
        }
    }

    /** What a partition of a topic holds by now is gone, as it is after its retention. */
    void forget(String topic, int partition) throws Exception {
        var place = new TopicPartition(topic, partition);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
            long end = admin.listOffsets(Map.of(place, OffsetSpec.latest()))
                    .partitionResult(place)
                    .get()
                    .offset();
            admin.deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(end)))
                    .all()
                    .get();
        }
    }

    Set<Integer> shardsWrittenInOwnTopic() {
        return records("meridian.changes.main." + id).stream()
                .flatMap(record -> rows(record).stream())
                .map(change -> change.shard().number())
                .collect(Collectors.toSet());
    }

    private static List<RowChange> rows(SourceRecord record) {
        return record.entries().stream()
                .filter(RowChange.class::isInstance)
                .map(RowChange.class::cast)
                .toList();
    }

    private List<SourceRecord> records(String topic) {
        List<SourceRecord> records = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer = KafkaClients.consumer(kafka.bootstrap(), "judge")) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                var place = new TopicPartition(topic, partition);
                consumer.assign(List.of(place));
                consumer.seek(place, 0);
                long end = consumer.endOffsets(List.of(place)).getOrDefault(place, 0L);
                while (consumer.position(place) < end) {
                    for (var record : consumer.poll(Duration.ofMillis(200))) {
                        records.add(RecordCodec.fromBytes(record.value(), partition));
                    }
                }
            }
        }
        return records;
    }

    Map<ShardId, ShardHash> hashes() throws SQLException {
        try (Connection snapshot = store.agent()) {
            snapshot.setAutoCommit(false);
            snapshot.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            return ShardHasher.hash(
                    snapshot,
                    TABLES,
                    IntStream.range(0, TestStore.SHARDS).mapToObj(ShardId::of).toList());
        }
    }

    void awaitCount(String query, long expected) {
        Awaiting.await(
                id + ": " + query + " = " + expected,
                60,
                () -> store.ask(query).equals(Long.toString(expected)),
                () -> store.ask(query));
    }

    void write(String sql) throws SQLException {
        try (Connection application = store.application();
                var statement = application.createStatement()) {
            statement.execute(sql);
        }
    }

    void awaitRows(String query, String expected) {
        Awaiting.await(
                id + ": " + query + " = " + expected,
                60,
                () -> store.ask(query).equals(expected),
                () -> store.ask(query) + " " + path().problem());
    }

    @Override
    public void close() {
        stop();
        if (link != null) {
            try {
                link.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        kafka.close();
        store.close();
    }
}
