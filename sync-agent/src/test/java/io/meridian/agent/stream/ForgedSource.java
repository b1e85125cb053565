package io.meridian.agent.stream;

import io.meridian.agent.record.Decision;
import io.meridian.agent.record.Entry;
import io.meridian.agent.record.Marker;
import io.meridian.agent.record.MergeChange;
import io.meridian.agent.record.Orphan;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Revision;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SeedMark;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.record.Value;
import io.meridian.agent.transport.KafkaClients;
import io.meridian.agent.transport.OwnTopics;
import io.meridian.agent.transport.RecordCodec;
import io.meridian.agent.transport.Topics;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Another region's topic of changes, written by hand: what its store never had, and in whatever order a test wants. */
final class ForgedSource implements AutoCloseable {
    private static final Relation ACCOUNTS = new Relation(
            "ledger",
            "accounts",
            List.of(
                    new Relation.Column("user_key", true),
                    new Relation.Column("account", true),
                    new Relation.Column("balance", false)));

    final RegionId region;
    private final Topics topics;
    private final Producer<byte[], byte[]> producer;
    private final Map<Integer, Position> last = new HashMap<>();
    private long lsn = 1_000;

    ForgedSource(String region, String bootstrap) throws Exception {
        this.region = RegionId.of(region);
        this.topics = new Topics("main", this.region, TestRegion.PARTITIONS);
        new OwnTopics(topics, bootstrap, List.of(), Outages.DEFAULT.longest()).ready();
        this.producer = KafkaClients.producer(bootstrap, "forged-" + region);
    }

    static RowChange account(String key, long balance) {
        var shard = ShardId.of(TestRegion.shardOf(key));
        return new RowChange.Insert(
                ACCOUNTS, shard, List.of(Value.of(key), Value.of("main"), Value.of(Long.toString(balance))));
    }

    Position open(int shard, long epoch, Base base) throws Exception {
        return send(epoch, shard, new Marker.Open(ShardId.of(shard), Epoch.of(epoch), base));
    }

    Position close(int shard, long epoch) throws Exception {
        return send(epoch, shard, new Marker.Close(ShardId.of(shard), Epoch.of(epoch), Epoch.of(epoch + 1)));
    }

    /** @param changes all of shards of one partition */
    Position write(long epoch, RowChange... changes) throws Exception {
        return send(epoch, changes[0].shard().number(), changes);
    }

    private Position send(long epoch, int shard, Entry... entries) throws Exception {
        lsn += 10;
        part(epoch, shard % TestRegion.PARTITIONS, 0, 1, entries);
        return new Position(incarnation(), lsn, 0);
    }

    /** Of the transaction that follows {@code transactions} - 1 others. */
    Position after(int transactions) {
        return new Position(incarnation(), lsn + 10L * transactions, 0);
    }

    /** The next transaction's parts follow, by {@link #part}. */
    void begin() {
        lsn += 10;
    }

    void part(long epoch, int partition, int part, int parts, Entry... entries) throws Exception {
        var position = new Position(incarnation(), lsn, part);
        Map<ShardId, Epoch> epochs = new HashMap<>();
        for (Entry entry : entries) {
            epochs.put(
                    switch (entry) {
                        case RowChange change -> change.shard();
                        case Marker marker -> marker.shard();
                        case MergeChange _, Orphan _, Decision _, Revision _, SeedMark _, Entry.Heartbeat _ ->
                            throw new IllegalStateException();
                    },
                    Epoch.of(epoch));
        }
        var record = new SourceRecord(
                region,
                partition,
                position,
                parts,
                Optional.ofNullable(last.put(partition, position)),
                List.of(partition),
                0,
                epochs,
                List.of(entries));
        producer.send(new ProducerRecord<>(topics.changes(), partition, null, RecordCodec.toBytes(record)))
                .get();
    }

    private String incarnation() {
        return region + "-1";
    }

    @Override
    public void close() {
        producer.close();
    }
}
