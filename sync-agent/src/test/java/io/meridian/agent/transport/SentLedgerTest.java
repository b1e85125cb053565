package io.meridian.agent.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.agent.capture.GroupedTransaction;
import io.meridian.agent.capture.StreamState;
import io.meridian.agent.capture.StreamStoppedException;
import io.meridian.agent.capture.TransactionGrouper;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.record.Value;
import io.meridian.agent.store.HeadBoard;
import io.meridian.agent.store.StoreAccess;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class SentLedgerTest {
    private static final RegionId EAST = RegionId.of("east");
    private static final Relation ENTRIES = new Relation("ledger", "entries", List.of(new Relation.Column("k", true)));

    private final MockProducer<byte[], byte[]> kafka =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final SentLedger ledger = new SentLedger(
            kafka,
            "changes",
            new MarkerWriter(EAST, new StoreAccess("", "", ""), new HeadBoard(), (_, _, _, _) -> {}),
            new StreamState(Map.of(), Map.of()),
            5,
            () -> {});

    @Test
    void aTransactionCountsOnlyWhenAllItsPartsWereSentAndAcknowledged() throws Exception {
        ledger.begin();
        ledger.send(part(10, 0, 10));
        kafka.completeNext();
        assertThat(ledger.settle()).isFalse();
        assertThat(ledger.isEmpty()).isFalse();

        ledger.send(part(10, 1, 10));
        ledger.end(whole(10, 2));
        assertThat(ledger.settle()).isFalse();
        assertThat(ledger.settledLsn()).isEqualTo(5);

        kafka.completeNext();
        assertThat(ledger.settle()).isTrue();
        assertThat(ledger.settledLsn()).isEqualTo(10);
        assertThat(ledger.settled().last()).isEqualTo(Map.of(1, new Position("i", 10, 1)));
        assertThat(ledger.isEmpty()).isTrue();
    }

    @Test
    void roomIsMadeByWhatIsAcknowledgedWhileTheTransactionIsStillBeingSent() throws Exception {
        ledger.begin();
        int sent = 0;
        while (ledger.hasRoom()) {
            ledger.send(part(10, sent++, 4 << 20));
        }
        assertThat(sent).isEqualTo(8);

        kafka.completeNext();

        assertThat(ledger.hasRoom()).isTrue();
        assertThat(ledger.settle()).isFalse();
    }

    @Test
    void afterAFailedSendNothingMoreIsSentOrCounted() throws Exception {
        ledger.begin();
        ledger.send(part(10, 0, 10));
        kafka.errorNext(new IllegalStateException("gone"));

        assertThatThrownBy(() -> ledger.send(part(10, 1, 10)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("gone");
        assertThat(kafka.history()).hasSize(1);
        ledger.end(whole(10, 1));
        assertThatThrownBy(ledger::settle).isInstanceOf(IOException.class);
        assertThat(ledger.settledLsn()).isEqualTo(5);
    }

    @Test
    void theLargestRowThatIsLetThroughFitsIntoARecordAndALargerRecordIsRefusedByName() throws Exception {
        ledger.begin();
        ledger.send(part(10, 0, (int) TransactionGrouper.LARGEST_ROW_BYTES));
        assertThat(kafka.history()).hasSize(1);

        assertThatThrownBy(() -> ledger.send(part(10, 1, Topics.LARGEST_RECORD_BYTES)))
                .isInstanceOf(StreamStoppedException.class)
                .hasMessageContaining("ledger.entries")
                .hasMessageContaining("50331");
        assertThat(kafka.history()).hasSize(1);
    }

    private static SourceRecord part(long lsn, int part, int bytes) {
        var shard = ShardId.of(1);
        return new SourceRecord(
                EAST,
                1,
                new Position("i", lsn, part),
                100,
                Optional.empty(),
                List.of(1),
                0,
                Map.of(shard, Epoch.of(1)),
                List.of(new RowChange.Insert(ENTRIES, shard, List.of(Value.of("x".repeat(bytes))))));
    }

    private static GroupedTransaction whole(long lsn, int parts) {
        return new GroupedTransaction(new Position("i", lsn, 0), new TreeMap<>(Map.of(1, parts)), List.of(), Map.of());
    }
}
