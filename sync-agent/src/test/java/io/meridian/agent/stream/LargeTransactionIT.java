package io.meridian.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.record.Value;
import io.meridian.agent.transport.KafkaClients;
import io.meridian.agent.transport.RecordCodec;
import io.meridian.topology.ownership.Position;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the store to Kafka in parts. */
class LargeTransactionIT {
    private static final int ROWS = 60_000;

    private TestRegion east;

    @BeforeEach
    void oneRegion() throws Exception {
        east = TestRegion.create("east");
        east.openFirst("true");
        east.store.superuser("alter table ledger.entries disable trigger all");
    }

    @AfterEach
    void end() {
        east.close();
    }

    @Test
    void aLargeTransactionTravelsInPartsAndWhatFollowsFollowsTheLastOfThem() throws Exception {
        east.start(List.of(east));
        east.store.superuser(insert(0, ROWS));
        east.store.superuser(insert(ROWS, 400));

        awaitRows(ROWS + 400);

        for (int partition = 0; partition < TestRegion.PARTITIONS; partition++) {
            List<SourceRecord> records = withRows(partition);
            assertThat(records).hasSizeGreaterThan(10);
            for (int index = 1; index < records.size(); index++) {
                assertThat(records.get(index).predecessor())
                        .contains(records.get(index - 1).position());
            }
            List<SourceRecord> large = records.subList(0, records.size() - 1);
            assertThat(large).allMatch(part -> part.parts() == large.size());
            assertThat(large)
                    .extracting(part -> part.position().part())
                    .isSorted()
                    .startsWith(0);
            assertThat(large).allMatch(part -> part.entries().size() <= 1_000);
        }
        assertThat(east.path().problem()).isEmpty();
    }

    @Test
    void killedInTheMiddleItSendsTheSamePartsAgain() throws Exception {
        Process process = DataPathProcess.start(east.config(List.of(east)));
        try {
            east.store.superuser(insert(0, ROWS));
            Awaiting.await("a part", 60, () -> !withRows(0).isEmpty(), () -> process.isAlive());
        } finally {
            process.destroyForcibly().waitFor();
        }

        east.start(List.of(east));
        east.store.superuser(insert(ROWS, 400));
        awaitRows(ROWS + 400);

        for (int partition = 0; partition < TestRegion.PARTITIONS; partition++) {
            Map<Position, SourceRecord> distinct = new LinkedHashMap<>();
            for (SourceRecord record : withRows(partition)) {
                SourceRecord before = distinct.putIfAbsent(record.position(), record);
                assertThat(before == null ? record : before).isEqualTo(record);
            }
        }
        east.stop();
        assertThat(Files.exists(east.staging())).isFalse();
    }

    @Test
    void aRowThatIsTooLargeStopsCaptureBeforeAnythingOfItsTransactionIsSent() throws Exception {
        east.start(List.of(east));
        east.store.superuser(insert(0, 3_000) + "; insert into ledger.entries values ('giant', 1, 1, repeat('x', "
                + (48 << 20) + "))");

        Awaiting.await(
                "the problem names the table and the size",
                60,
                () -> east.path().problem().orElse("").matches("(?s).*ledger\\.entries.*503316.*"),
                () -> east.path().problem());
        for (int partition = 0; partition < TestRegion.PARTITIONS; partition++) {
            assertThat(withRows(partition)).isEmpty();
        }
    }

    private static String insert(int from, int count) {
        return "insert into ledger.entries select 'k' || n % 1000, n, 1, repeat('note', 10) from generate_series("
                + from + ", " + (from + count - 1) + ") n";
    }

    private void awaitRows(int expected) {
        Awaiting.await(
                expected + " rows in Kafka",
                120,
                () -> ids().size() == expected,
                () -> ids().size() + " " + east.path().problem());
    }

    private Set<Value> ids() {
        Set<Value> ids = new HashSet<>();
        for (int partition = 0; partition < TestRegion.PARTITIONS; partition++) {
            for (SourceRecord record : withRows(partition)) {
                record.entries()
                        .forEach(entry ->
                                ids.add(((RowChange.Insert) entry).row().get(1)));
            }
        }
        return ids;
    }

    private List<SourceRecord> withRows(int partition) {
        List<SourceRecord> records = new ArrayList<>();
        var place = new TopicPartition("meridian.changes.main.east", partition);
        try (Consumer<byte[], byte[]> consumer = KafkaClients.consumer(east.kafka.bootstrap(), "judge")) {
            if (!consumer.listTopics().containsKey(place.topic())) {
                return records;
            }
            consumer.assign(List.of(place));
            consumer.seek(place, 0);
            long end = consumer.endOffsets(List.of(place)).getOrDefault(place, 0L);
            while (consumer.position(place) < end) {
                for (var found : consumer.poll(Duration.ofMillis(200))) {
                    SourceRecord record = RecordCodec.fromBytes(found.value(), partition);
                    if (record.entries().stream().allMatch(RowChange.class::isInstance)) {
                        records.add(record);
                    }
                }
            }
        }
        return records;
    }
}
