package io.meridian.agent.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.meridian.wire.ChangeRecord;
import io.meridian.wire.Entry;
import io.meridian.wire.HeartbeatMessage;
import io.meridian.wire.RowChange;
import io.meridian.wire.Tuple;
import io.meridian.wire.Value;
import org.junit.jupiter.api.Test;

class MeanRecordTest {
    private static final Entry ROW = Entry.newBuilder()
            .setRow(RowChange.newBuilder()
                    .setShard(7)
                    .setRow(Tuple.newBuilder().addValues(Value.newBuilder().setText("alice"))))
            .build();
    private static final Entry BEAT = Entry.newBuilder()
            .setHeartbeat(HeartbeatMessage.newBuilder().setMicros(1))
            .build();

    @Test
    void rowsAreCountedAndNothingElse() {
        ChangeRecord record = ChangeRecord.newBuilder()
                .setSource("east")
                .addPartitions(3)
                .addEntries(ROW)
                .addEntries(BEAT)
                .addEntries(ROW)
                .build();

        assertThat(MeanRecord.rows(record.toByteArray())).isEqualTo(2);
        assertThat(MeanRecord.rows(ByteString.EMPTY.toByteArray())).isZero();
    }

    @Test
    void whatCameLastCountsMost() {
        var mean = new MeanRecord();
        byte[] beat = ChangeRecord.newBuilder().addEntries(BEAT).build().toByteArray();
        byte[] rows = ChangeRecord.newBuilder()
                .addEntries(ROW)
                .addEntries(ROW)
                .build()
                .toByteArray();
        for (int record = 0; record < 10_000; record++) {
            mean.add(beat);
        }

        for (int record = 0; record < 3_000; record++) {
            mean.add(rows);
        }

        assertThat(mean.size().rows()).isBetween(1.9, 2.0);
        assertThat(mean.size().bytes()).isBetween(0.95 * rows.length, (double) rows.length);
    }
}
