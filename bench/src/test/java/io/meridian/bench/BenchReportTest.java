package io.meridian.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchReportTest {
    private static final BenchReport REPORT = new BenchReport(
            "quick",
            Instant.parse("2026-11-24T04:05:06.789Z"),
            new Machine(2, 23.5, 0.75),
            List.of(
                    Measurement.of("move.pause.p99", 310.5, "ms").atMost(300),
                    Measurement.of("move.pause.max", null, "ms").atMost(300),
                    new Measurement("apply.rate", 90.0, "rows/s", "native", 180.0, null)));

    @Test
    void everyBenchHasOneJsonForm() {
        assertThat(REPORT.json()).isEqualTo("""
                {"bench":"quick","when":"2026-11-24T04:05:06Z","machine":{"cores":2,"memoryGiB":23.5,"load":0.75},"results":[\
                {"metric":"move.pause.p99","value":310.5,"unit":"ms","peer":null,"peerValue":null,"ratio":null,"goal":300.0,"met":false},\
                {"metric":"move.pause.max","value":null,"unit":"ms","peer":null,"peerValue":null,"ratio":null,"goal":300.0,"met":false},\
                {"metric":"apply.rate","value":90.0,"unit":"rows/s","peer":"native","peerValue":180.0,"ratio":0.5,"goal":null,"met":null}]}""");
    }

    @Test
    void peopleGetATable() {
        assertThat(REPORT.table()).isEqualTo("""
                bench quick, 2026-11-24T04:05:06Z: 2 cores, 23.5 GiB, load 0.75
                  move.pause.p99                    310.5 ms        goal 300: not met
                  move.pause.max                        - ms        goal 300: not met
                  apply.rate                           90 rows/s    native 180, ratio 0.5""");
    }

    @Test
    void aGoalIsTheMostOrTheLeast() {
        assertThat(Measurement.of("wait", 5.0, "ms").atMost(5).met()).isTrue();
        assertThat(Measurement.of("wait", 5.1, "ms").atMost(5).met()).isFalse();
        assertThat(Measurement.of("rate", 5.0, "times").atLeast(5).met()).isTrue();
        assertThat(Measurement.of("rate", 4.9, "times").atLeast(5).met()).isFalse();
        assertThat(Measurement.of("rate", null, "times").atLeast(5).met()).isFalse();
    }

    @Test
    void theMachineIsRead() {
        assertThat(Machine.here().cores()).isPositive();
        assertThat(Machine.here().memoryGiB()).isPositive();
    }

    @Test
    void shardsAreWrittenAsRanges() {
        assertThat(ShardRanges.of(List.of(0, 1, 2, 5, 7, 8))).isEqualTo("0-2,5,7-8");
        assertThat(ShardRanges.of(List.of())).isEmpty();
    }
}
