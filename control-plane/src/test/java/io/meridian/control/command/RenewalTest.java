package io.meridian.control.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.feed.AgentViews;
import io.meridian.control.switching.MoveLab;
import io.meridian.topology.StoreIdentity;
import io.meridian.topology.StorePlace;
import io.meridian.wire.AgentView;
import java.time.Duration;
import java.util.Optional;
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

    /** An agent would renew for whatever stands at its address: an empty database that took the place of the store, or another region's. */
    @Test
    void anotherDatabaseThanTheOneThatWasGrantedLeasesIsRefused() {
        MoveLab lab = new MoveLab();
        lab.accept(new Command.ApplyTopology("topology", lab.tick(), MoveLab.topology()));
        lab.accept(renewal(lab, place("7300", "", 1, 0)));
        lab.accept(renewal(lab, place("7300", "a", 1, 40)));

        assertThat(((Decision.Refused) decide(lab, place("7300", "b", 1, 50)))
                        .why()
                        .detail())
                .contains("7300/b, which was 7300/a");
        assertThat(decide(lab, place("7300", "", 1, 50))).isInstanceOf(Decision.Refused.class);
        assertThat(decide(lab, place("7301", "a", 1, 50))).isInstanceOf(Decision.Refused.class);
        assertThat(decide(lab, place("7300", "a", 2, 50))).isInstanceOf(Decision.Accepted.class);
        lab.accept(renewal(lab, Optional.empty()));

        AgentView told = new AgentViews(MoveLab.EAST, "main").view(Optional.empty(), lab.state());
        assertThat(told.getStore().getInstallation()).isEqualTo("a");
        assertThat(told.getStore().getLsn()).isEqualTo(40);
    }

    private static Decision decide(MoveLab lab, Optional<StorePlace> store) {
        return Decider.decide(lab.state(), renewal(lab, store));
    }

    private static Command renewal(MoveLab lab, Optional<StorePlace> store) {
        return new Command.RenewLease(lab.tick(), MoveLab.EAST, "main", "i-1", 1, Duration.ofSeconds(5), store, 0);
    }

    private static Optional<StorePlace> place(String systemId, String installation, int timeline, long lsn) {
        return Optional.of(new StorePlace(new StoreIdentity(systemId, installation), timeline, lsn));
    }
}
