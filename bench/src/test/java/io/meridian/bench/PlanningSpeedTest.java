package io.meridian.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlanningSpeedTest {
    /** No goals here: a build machine's speed is no fault of the planner. */
    @Test
    void aMillionShardsArePlannedAndMeasured() {
        List<Measurement> results = new PlanningSpeed(1).run();

        assertThat(results).extracting(Measurement::metric).contains("evacuation.first", "rebalance.p50", "heap.peak");
        assertThat(results)
                .filteredOn(one -> one.metric().endsWith(".moved"))
                .allSatisfy(one -> assertThat(one.value()).isGreaterThan(100_000.0));
    }
}
