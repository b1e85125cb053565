package io.meridian.simulation.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MachineTest {
    private final Scheduler scheduler = new Scheduler(1);
    private final Machine machine = new Machine(scheduler, "m", 1.25, 1_000);
    private final List<String> happened = new ArrayList<>();

    private void runTo(long micros) {
        while (scheduler.step(micros)) {
            // on
        }
    }

    @Test
    void waitsByItsOwnClock() {
        machine.after(Duration.ofSeconds(1), () -> happened.add("at " + scheduler.nowMicros()));

        runTo(2_000_000);

        assertThat(happened).containsExactly("at 800000");
        assertThat(machine.clockMicros()).isEqualTo(1_000 + 1_000_000);
    }

    @Test
    void nothingThatWasPlannedSurvivesACrash() {
        machine.afterMicros(10, () -> happened.add("planned before"));
        machine.crash();
        machine.start();
        machine.afterMicros(20, () -> happened.add("planned since"));

        runTo(1_000);

        assertThat(happened).containsExactly("planned since");
    }

    @Test
    void pausedMachineDoesEverythingLaterInTheSameOrder() {
        machine.afterMicros(10, () -> happened.add("first"));
        machine.afterMicros(20, () -> happened.add("second"));
        machine.pause(500);

        runTo(499);
        assertThat(happened).isEmpty();
        runTo(500);

        assertThat(happened).containsExactly("first", "second");
    }

    /** A stream's messages came in another order once: the simulation found it, and took it for a lost withdrawal. */
    @Test
    void pausesThatOverlapChangeNoOrder() {
        machine.pause(100);
        machine.afterMicros(10, () -> happened.add("first"));
        scheduler.at(50, () -> machine.pause(200));
        machine.afterMicros(150, () -> happened.add("second"));

        runTo(1_000);

        assertThat(happened).containsExactly("first", "second");
    }

    @Test
    void pipeLosesNothingInBetween() {
        var links = new Links<String>(scheduler);
        var pipe = new Pipe<>(scheduler, links, "a", "b");
        for (int message = 0; message < 20; message++) {
            String text = "" + message;
            scheduler.at(message * 5_000L, () -> pipe.send(() -> happened.add(text)));
        }
        scheduler.at(30_000, () -> links.down("a", "b", 20_000));

        runTo(1_000_000);

        assertThat(happened).isNotEmpty().hasSizeLessThan(20);
        for (int at = 0; at < happened.size(); at++) {
            assertThat(happened.get(at)).isEqualTo("" + at);
        }
        assertThat(pipe.broken()).isTrue();
    }
}
