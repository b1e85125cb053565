package io.meridian.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import io.meridian.local.probe.Prober;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The data path outlives the control plane (invariant 7): all its nodes are gone for longer than a lease, and users write on in every region. */
class ControlPlaneGoneIT {
    /** Longer than a lease (15 s) and what may be left of its renewal: what is written then is written by promises. */
    private static final Duration GONE = Duration.ofSeconds(Long.getLong("meridian.chaos.gone", 25));

    private final TestRegions regions = TestRegions.shared();

    @AfterEach
    void leavesEverythingRunning() throws Exception {
        regions.healAndRestart();
    }

    @Test
    void writesGoOnInEveryRegionBehindTheEndOfTheLease() throws Exception {
        regions.bringHome("0-340", "east-1");
        List<String> keys = new ArrayList<>();
        for (String region : regions.instance().regions()) {
            keys.add(regions.keyOwnedBy(region, "gone"));
        }
        try (var prober = Prober.start(regions.instance(), keys);
                var load = LoadProcess.start(regions, 50, GONE.plusMinutes(3))) {
            regions.awaitWrites(100);
            for (String region : regions.instance().regions()) {
                regions.kill(region + "/control-plane");
            }
            long until = System.nanoTime() + GONE.toNanos();
            for (long left = GONE.toNanos(); left > 0; left = until - System.nanoTime()) {
                LockSupport.parkNanos(left); // nothing is waited for: the outage is to last
            }
            for (String region : regions.instance().regions()) {
                long before = prober.admittedBy(region);
                ControlPlaneApi.await(
                        region + " to admit a write although its lease has ended and no control plane answers",
                        Deadlines.of(Duration.ofSeconds(10)),
                        () -> LongNode.valueOf(prober.admittedBy(region)),
                        now -> now.asLong() > before);
            }
            for (String region : regions.instance().regions()) {
                regions.restart(region + "/control-plane");
            }
            prober.stop();
            JsonNode judged = load.endNow();

            System.out.println("load without a control plane: " + judged);
            assertThat(judged.path("acknowledged").asLong()).isPositive();
            assertThat(judged.path("lost").asLong()).as(judged.toString()).isZero();
            assertThat(judged.path("doubled").asLong()).as(judged.toString()).isZero();
            assertThat(prober.twoWriters()).isEmpty();
            regions.assertAllEqual();
        }
    }
}
