package io.meridian.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FreePortsTest {
    /** To each other they are as two processes: what they share is the machine. */
    private final FreePorts one = new FreePorts();

    private final FreePorts other = new FreePorts();

    @Test
    void nobodyIsGivenAPortThatAnotherOneWasGiven() {
        Set<Integer> given = new HashSet<>();

        for (int time = 0; time < 120; time++) {
            assertThat(given.add(one.next())).isTrue();
            assertThat(given.add(other.next())).isTrue();
        }

        assertThat(given).allSatisfy(port -> assertThat(port).isBetween(25_000, 31_999));
    }
}
