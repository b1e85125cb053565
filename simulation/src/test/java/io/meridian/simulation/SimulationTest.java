package io.meridian.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** 200 histories, and 120 of which every fourth loses regions, in parts; a failure is shortened and told with the command that repeats it. */
class SimulationTest {
    private static final int PART = 20;

    static LongStream parts() {
        return LongStream.concat(
                LongStream.range(0, 200 / PART).map(part -> part * PART),
                LongStream.range(0, 120 / PART).map(part -> History.LOSSES_FROM + part * PART));
    }

    @ParameterizedTest
    @MethodSource("parts")
    void everyInvariantHoldsAfterEveryEvent(long from) {
        var told = CommandLineRun.of("--from", "" + from, "--seeds", "" + PART);

        assertThat(told.status()).as(told.output()).isZero();
    }

    @Test
    void historiesMoveShardsAndTurnBackAndWriteAndFail() {
        int done = 0;
        int rolledBack = 0;
        for (long seed = 0; seed < 8; seed++) {
            var passed = (Simulation.Result.Passed)
                    Simulation.run(History.of(seed), io.meridian.simulation.rules.Rules.REAL);
            done += passed.counts().done();
            rolledBack += passed.counts().rolledBack();
            assertThat(passed.counts().writes()).isGreaterThan(300);
        }

        assertThat(done).as("moves done").isGreaterThan(60);
        assertThat(rolledBack).as("moves rolled back").isGreaterThan(8);
    }
}
