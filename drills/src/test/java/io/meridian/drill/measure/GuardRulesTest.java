package io.meridian.drill.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.drill.measure.EdgeProber.Recent;
import io.meridian.drill.scenario.Scenario.Guards;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class GuardRulesTest {
    private static final Guards ALL =
            new Guards(OptionalDouble.of(0.5), OptionalDouble.of(0.25), Optional.of(Duration.ofSeconds(10)));

    @Test
    void nothingIsExceededAtTheLimits() {
        assertThat(GuardRules.exceeded(ALL, new Recent(50, 50, 6, 24), Optional.of(Duration.ofSeconds(10))))
                .isEmpty();
    }

    @Test
    void eachGuardIsToldByNameWithWhatWasSeenAndWhatIsAllowed() {
        assertThat(GuardRules.exceeded(ALL, new Recent(40, 60, 0, 24), Optional.empty()))
                .hasValueSatisfying(says -> assertThat(says).contains("failedRequests: 60%", "at most 50%"));
        assertThat(GuardRules.exceeded(ALL, new Recent(100, 0, 7, 24), Optional.empty()))
                .hasValueSatisfying(says -> assertThat(says).contains("unavailableShards: 7 of 24", "at most 25%"));
        assertThat(GuardRules.exceeded(ALL, new Recent(100, 0, 0, 24), Optional.of(Duration.ofMillis(10_001))))
                .hasValueSatisfying(says -> assertThat(says).contains("linkLag: a copy is 10001 ms", "10000 ms"));
    }

    @Test
    void aShareOfFewAnswersSaysNothing() {
        assertThat(GuardRules.exceeded(ALL, new Recent(0, 19, 0, 24), Optional.empty()))
                .isEmpty();
        assertThat(GuardRules.exceeded(ALL, new Recent(0, 20, 0, 24), Optional.empty()))
                .isPresent();
    }

    @Test
    void whatIsNotGuardedIsNotLookedAt() {
        var none = new Guards(OptionalDouble.empty(), OptionalDouble.empty(), Optional.empty());

        assertThat(GuardRules.exceeded(none, new Recent(0, 100, 24, 24), Optional.of(Duration.ofHours(1))))
                .isEmpty();
    }
}
