package io.meridian.agent.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Since when a peer's Kafka has not answered. */
class PeerHearingTest {
    private long nanos;
    private final PeerHearing hearing = new PeerHearing(() -> nanos);

    private void pass(long millis) {
        nanos += Duration.ofMillis(millis).toNanos();
    }

    /** Looks ten times a second, in vain. */
    private void lookInVain(double answers, int tenths) {
        for (int i = 0; i < tenths; i++) {
            pass(100);
            hearing.looked(answers);
        }
    }

    @Test
    void whatNobodyHasAskedYetNobodyCanTell() {
        assertThat(hearing.silentMillis()).isEmpty();
    }

    @Test
    void silenceIsSinceTheLastAnswer() {
        hearing.looked(1);
        lookInVain(2, 1);

        lookInVain(2, 70);

        assertThat(hearing.silentMillis()).isEqualTo(OptionalLong.of(7000));
    }

    @Test
    void anAnswerWithNothingNewIsNoSilence() {
        hearing.looked(1);
        lookInVain(1, 50);

        hearing.looked(2);

        assertThat(hearing.silentMillis()).isEqualTo(OptionalLong.of(0));
    }

    @Test
    void aPullerThatIsHeldUpByItsOwnSideCannotTellAndBeginsAnew() {
        hearing.looked(1);
        pass(30_000);
        assertThat(hearing.silentMillis()).isEmpty();

        hearing.looked(1);

        assertThat(hearing.silentMillis()).isEqualTo(OptionalLong.of(0));
    }

    @Test
    void aPullerThatStoppedCannotTell() {
        hearing.looked(1);
        hearing.stopped();

        assertThat(hearing.silentMillis()).isEmpty();
    }
}
