package io.meridian.simulation.agent;

import io.meridian.agent.feed.DesiredState;
import io.meridian.agent.fence.FencePlan;
import io.meridian.simulation.control.ControlNode;
import java.time.Duration;
import java.util.Optional;

/** {@code LeaseKeeper}: asks every two seconds, brings every fence to its newest withdrawal, then writes the lease; an attempt that fails is dropped. */
final class LeaseSteps {
    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final long EVERY_MICROS = EVERY.toNanos() / 1_000;
    private static final long LOOK_MICROS = 20_000;

    private final Site site;
    private final SimAgent agent;
    private final FenceSteps fences;
    private long attempt;
    private long answeredAttempt;
    private int failures;
    private Optional<String> problem = Optional.of("no lease was asked for yet");

    LeaseSteps(Site site, SimAgent agent, FenceSteps fences) {
        this.site = site;
        this.agent = agent;
        this.fences = fences;
    }

    Optional<String> problem() {
        return problem;
    }

    /** One attempt; the next one follows it. */
    void attempt() {
        long number = ++attempt;
        long begun = site.machine().clockMicros();
        long d0 = site.store().clockMicros();
        ControlNode node = agent.servers().skipping(failures);
        site.machine().afterMicros(EVERY_MICROS, () -> {
            if (answeredAttempt != number) {
                settle(number, begun, Optional.of("no answer"));
            }
        });
        site.links()
                .send(
                        site.here(),
                        node.region(),
                        node.machine()
                                .bound(() -> node.renew(
                                        site.here(),
                                        number,
                                        granted -> site.links()
                                                .send(
                                                        node.region(),
                                                        site.here(),
                                                        site.machine()
                                                                .bound(() -> answered(number, begun, d0, granted))))));
    }

    private void settle(long number, long begun, Optional<String> dropped) {
        if (number != attempt) {
            return;
        }
        failures = dropped.isPresent() ? failures + 1 : 0;
        problem = dropped;
        attempt++;
        long left = EVERY_MICROS - (site.machine().clockMicros() - begun);
        site.machine().afterMicros(Math.max(1_000, left), this::attempt);
    }

    private void answered(long number, long begun, long d0, ControlNode.Granted granted) {
        if (number != attempt) {
            return; // it came too late; one that waited in the socket while the agent was paused is taken
        }
        answeredAttempt = number;
        await(number, begun, d0, granted, site.machine().clockMicros() + EVERY_MICROS);
    }

    /** Until the feed has brought what the answer presupposes. */
    private void await(long number, long begun, long d0, ControlNode.Granted granted, long untilMicros) {
        DesiredState state = agent.desired();
        if (state.revision() >= granted.revision()) {
            raise(number, begun, d0, granted, state);
        } else if (site.machine().clockMicros() < untilMicros) {
            site.machine().afterMicros(LOOK_MICROS, () -> await(number, begun, d0, granted, untilMicros));
        } else {
            agent.leave();
            settle(number, begun, Optional.of("the feed lags"));
        }
    }

    private void raise(long number, long begun, long d0, ControlNode.Granted granted, DesiredState state) {
        FencePlan plan = site.rules()
                .withdrawals(site.here(), state.shards().values(), site.store().fenceRows());
        fences.closings(
                plan.closings(),
                EVERY_MICROS,
                () -> fences.raises(
                        plan.raises(),
                        EVERY_MICROS,
                        () -> site.machine().afterMicros(site.scheduler().delay(500, 5_000), () -> {
                            Optional<String> obstacle = site.store()
                                    .renew(
                                            state.shards().values(),
                                            granted.generation(),
                                            granted.revision(),
                                            d0,
                                            granted.duration().toNanos() / 1_000);
                            settle(number, begun, obstacle);
                        })));
    }
}
