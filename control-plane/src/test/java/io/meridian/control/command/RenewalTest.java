package io.meridian.control.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.switching.MoveLab;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RenewalTest {
    /** Read from the state afterwards, a later generation would be paired with a revision that lacks what it presupposes. */
    @Test
    void theReceiptTellsWhichGenerationWasRenewedAtWhichRevision() {
        MoveLab lab = new MoveLab();
        lab.accept(new Command.ApplyTopology("topology", lab.tick(), MoveLab.topology()));
        var renewal = new Command.RenewLease(lab.tick(), MoveLab.EAST, "main", "i-1", 1, Duration.ofSeconds(5));

        var decided = (Decision.Accepted) Decider.decide(lab.state(), renewal);

        assertThat(decided.receipt().subject()).isEqualTo("1");
        assertThat(decided.receipt().at()).isEqualTo(lab.state().revision());
    }
}
