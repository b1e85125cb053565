package io.meridian.control.observe;

import io.meridian.control.switching.StateName;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** How long runs stay where they pass; places that a run does not leave have no time. */
final class StepTimers {
    private final Map<StateName, Timer> timers = new EnumMap<>(StateName.class);

    StepTimers(MeterRegistry registry) {
        Arrays.stream(StateName.values())
                .filter(name -> name != StateName.DONE && name != StateName.ROLLED_BACK && name != StateName.SUPERSEDED)
                .forEach(name -> timers.put(
                        name,
                        Timer.builder("meridian_control_step")
                                .tag("place", name.name())
                                .serviceLevelObjectives(
                                        Duration.ofMillis(100),
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(10),
                                        Duration.ofMinutes(1))
                                .register(registry)));
    }

    void heard(RunSteps.Seen seen) {
        if (seen.ended()) {
            Duration took = Duration.between(seen.step().started(), seen.at());
            Optional.ofNullable(timers.get(seen.step().name()))
                    .ifPresent(timer -> timer.record(took.isNegative() ? Duration.ZERO : took));
        }
    }
}
