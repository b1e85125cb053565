package io.meridian.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.simulation.rules.Mutant;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MutantTest {
    /** Most flaws show in the first five histories; the rarest needs some dozens. */
    private static final int HISTORIES = 120;

    @ParameterizedTest
    @EnumSource
    void everyFlawIsShownBySomeHistory(Mutant flaw) {
        assertThat(SimMain.caught(flaw, LongStream.range(0, HISTORIES)))
                .as(flaw.flaw() + " (PROTOCOL " + flaw.section() + "): no history of " + HISTORIES + " shows it")
                .isPresent();
    }
}
