package io.meridian.control.switching;

import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SwitchSimulationTest {
    /** Repeat one with {@code -Dmeridian.seed=N}. */
    static LongStream seeds() {
        Long one = Long.getLong("meridian.seed");
        return one == null ? LongStream.range(0, 60) : LongStream.of(one);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void oneWriterAndNothingLostUnderAnyOrderOfReportsCancelsAndClocks(long seed) {
        var world = new World(seed);

        for (int step = 0; step < 3000; step++) {
            world.step();
        }

        world.settle();
    }
}
