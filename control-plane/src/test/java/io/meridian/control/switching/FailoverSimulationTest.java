package io.meridian.control.switching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Regions die and come back at random while people move and fail over: one writer, no grant on what its owner has not, and all are equal in the end. */
class FailoverSimulationTest {
    static LongStream seeds() {
        return LongStream.range(0, 30);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void oneWriterAndEqualCopiesInTheEnd(long seed) {
        var world = new FailoverWorld(seed);
        for (int step = 0; step < 2500; step++) {
            world.step();
        }
        world.settle();
    }

    @Test
    void somethingIsLeftBehindInSomeOfThem() {
        int cuts = 0;
        for (long seed = 100; seed < 104; seed++) {
            var world = new FailoverWorld(seed);
            for (int step = 0; step < 2500; step++) {
                world.step();
            }
            cuts += world.cuts();
        }

        assertThat(cuts).isPositive();
    }
}
