package io.meridian.simulation.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The order in which PostgreSQL gives an advisory lock. */
class GateTest {
    private final Gate gate = new Gate();
    private final List<String> happened = new ArrayList<>();

    private void writer(String name) {
        gate.shared(() -> {
            gate.entered();
            happened.add(name);
        });
    }

    @Test
    void closerWaitsForWritersAndLaterWritersWaitForTheCloser() {
        writer("w1");
        writer("w2");
        gate.alone(() -> happened.add("closer"));
        writer("w3");
        assertThat(happened).containsExactly("w1", "w2");

        gate.left();
        assertThat(happened).containsExactly("w1", "w2");
        gate.left();
        assertThat(happened).containsExactly("w1", "w2", "closer");
        gate.released();

        assertThat(happened).containsExactly("w1", "w2", "closer", "w3");
    }

    @Test
    void closerThatGivesUpLetsWritersGo() {
        writer("w1");
        Runnable giveUp = gate.alone(() -> happened.add("closer"));
        writer("w2");

        giveUp.run();

        assertThat(happened).containsExactly("w1", "w2");
    }

    @Test
    void closersTakeTurns() {
        gate.alone(() -> happened.add("c1"));
        gate.alone(() -> happened.add("c2"));
        assertThat(happened).containsExactly("c1");
        assertThat(gate.free()).isFalse();

        gate.released();
        gate.released();

        assertThat(happened).containsExactly("c1", "c2");
        assertThat(gate.free()).isTrue();
    }
}
