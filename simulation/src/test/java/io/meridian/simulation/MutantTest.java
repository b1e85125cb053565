package io.meridian.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.simulation.rules.Mutant;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MutantTest {
    /** Most flaws show in the first five histories; the rarest needs some dozens. */
    private static final int HISTORIES = 120;

    /** No history shows them yet, and that is a gap: {@code ./meridian sim --mutants} goes on looking. */
    private static final Set<Mutant> UNSEEN = Set.of(Mutant.EXPIRES_AT_ONCE, Mutant.DECISIONS_WITHOUT_IMAGES);

    static Stream<Mutant> flaws() {
        return Stream.of(Mutant.values()).filter(flaw -> !UNSEEN.contains(flaw));
    }

    @ParameterizedTest
    @MethodSource("flaws")
    void everyFlawIsShownBySomeHistory(Mutant flaw) {
        assertThat(SimMain.caught(flaw, LongStream.range(0, HISTORIES)))
                .as(flaw.flaw() + " (PROTOCOL " + flaw.section() + "): no history of " + HISTORIES + " shows it")
                .isPresent();
    }
}
