package io.meridian.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.transport.MeanRecord;
import io.meridian.topology.RegionId;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LagTest {
    private static final RegionId EAST = RegionId.of("east");
    private static final MeanRecord.Size THREE_ROWS = new MeanRecord.Size(3, 250);

    @Test
    void aLinkIsAsFarBehindAsItsOldestPartition() {
        Lag lag = Lag.of(EAST, List.of(at(9_000), at(4_000), at(9_900)), 10, THREE_ROWS, OptionalLong.of(300), 10_000);

        assertThat(lag.millis()).hasValue(6_000);
        assertThat(lag.partitionMillis())
                .containsExactly(OptionalLong.of(1_000), OptionalLong.of(6_000), OptionalLong.of(100));
        assertThat(lag.rowsBehind()).hasValue(30);
        assertThat(lag.bytesBehind()).hasValue(2_500);
    }

    @Test
    void aPartitionWithoutHeartbeatMakesTheLinksLagUnknown() {
        assertThat(Lag.of(EAST, List.of(at(9_000), OptionalLong.empty()), 0, THREE_ROWS, OptionalLong.of(300), 10_000)
                        .millis())
                .isEmpty();
    }

    @Test
    void aHeartbeatFromTheFutureSaysNothingUnlessItIsWithinWhatClocksMayDiffer() {
        assertThat(Lag.of(EAST, List.of(at(10_900)), 0, THREE_ROWS, OptionalLong.of(300), 10_000)
                        .millis())
                .hasValue(0);
        assertThat(Lag.of(EAST, List.of(at(610_000)), 0, THREE_ROWS, OptionalLong.of(300), 10_000)
                        .millis())
                .isEmpty();
    }

    @Test
    void rowsAreUnknownUntilARecordCameButNothingIsNothing() {
        var unknown = new MeanRecord.Size(Double.NaN, Double.NaN);

        assertThat(Lag.of(EAST, List.of(at(1)), 3, unknown, OptionalLong.empty(), 1)
                        .rowsBehind())
                .isEmpty();
        assertThat(Lag.of(EAST, List.of(at(1)), 0, unknown, OptionalLong.empty(), 1)
                        .rowsBehind())
                .hasValue(0);
    }

    private static OptionalLong at(long millis) {
        return OptionalLong.of(millis * 1_000);
    }
}
