package io.meridian.control.automatic;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.automatic.LossWatch.Seen;
import io.meridian.control.state.Event;
import io.meridian.topology.FailoverPolicy;
import io.meridian.topology.LossBound;
import io.meridian.topology.RegionId;
import io.meridian.topology.StoreId;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When a region looks lost. */
class LossWatchTest {
    private static final RegionId SOUTH = RegionId.of("south");
    private static final RegionId CENTRE = RegionId.of("centre");

    private final LossLab lab = LossLab.of(FailoverPolicy.DEFAULT);

    @Test
    void whatNobodyHearsForTwoWindowsLooksLost() {
        Instant begin = lab.now();
        lab.lose(LossLab.EAST);

        assertThat(lab.windows(1)).isInstanceOf(Seen.Unsure.class);

        assertThat(lab.windows(1)).isInstanceOfSatisfying(Seen.Lost.class, lost -> {
            assertThat(lost.since()).isEqualTo(begin);
            assertThat(lost.sights())
                    .extracting(Sight::says)
                    .containsExactly(
                            "west has heard nothing from east for 4.0 s",
                            "north has heard nothing from east for 4.0 s");
        });
    }

    @Test
    void whoseAgentIsThereAndRenewsIsAliveWhateverTheOthersSay() {
        assertThat(lab.windows(3)).isEqualTo(new Seen.NotLost("it is heard again"));
    }

    @Test
    void aRegionWhoseLeaseIsRenewedUnheardBeginsAnew() {
        lab.lose(LossLab.EAST);
        lab.windows(1);
        lab.renew(LossLab.EAST);

        assertThat(lab.windows(1)).isInstanceOf(Seen.Unsure.class);
    }

    @Test
    void oneMomentInWhichItIsHeardBeginsAnew() {
        lab.lose(LossLab.EAST);
        lab.windows(1);
        lab.hears(LossLab.WEST, 200);
        lab.look();

        assertThat(lab.windows(1)).isInstanceOf(Seen.Unsure.class);
        assertThat(lab.windows(1)).isInstanceOf(Seen.Lost.class);
    }

    @Test
    void halfOfTheOthersIsNoMajority() {
        lab.lose(LossLab.EAST);
        lab.hears(LossLab.NORTH, 100);

        lab.windows(3, LossLab.NORTH);

        assertThat(lab.windows(3, LossLab.NORTH)).isInstanceOf(Seen.NotLost.class);
    }

    @Test
    void whoCannotTellCountsAsOneThatDoesNotSeeItLost() {
        lab.lose(LossLab.EAST);
        lab.lose(LossLab.NORTH);

        assertThat(lab.windows(3, LossLab.NORTH)).isInstanceOf(Seen.NotLost.class);

        lab.tell(LossLab.NORTH, true, Map.of());
        assertThat(lab.windows(3, LossLab.NORTH)).isInstanceOf(Seen.NotLost.class);
    }

    @Test
    void threeOfFourOthersAreEnoughAndTwoAreNot() {
        LossLab five = LossLab.of(FailoverPolicy.DEFAULT, "south", "centre");
        five.lose(LossLab.EAST);

        assertThat(five.windows(2, CENTRE, SOUTH)).isNotInstanceOf(Seen.Lost.class);
        assertThat(five.windows(2, CENTRE)).isInstanceOf(Seen.Lost.class);
    }

    @Test
    void whatWasSaidBeforeTheWindowIsNoSightOfIt() {
        lab.lose(LossLab.EAST);
        lab.windows(1);

        lab.pass(LossLab.WINDOW);
        lab.hears(LossLab.WEST, 9000);

        assertThat(lab.look()).isInstanceOf(Seen.Unsure.class);
        assertThat(lab.windows(1)).isInstanceOf(Seen.Unsure.class);
        assertThat(lab.windows(1)).isInstanceOf(Seen.Lost.class);
    }

    @Test
    void whoeverIsElectedCountsFromThenOn() {
        lab.lose(LossLab.EAST);
        lab.windows(2);

        lab.elected();

        assertThat(lab.look()).isInstanceOf(Seen.Unsure.class);
        assertThat(lab.windows(1)).isInstanceOf(Seen.Unsure.class);
        assertThat(lab.windows(1)).isInstanceOf(Seen.Lost.class);
    }

    @Test
    void aRegionWhosePolicyIsOffIsNotLookedAt() {
        LossLab off = LossLab.of(new FailoverPolicy(FailoverPolicy.Mode.OFF, LossBound.NONE));
        off.lose(LossLab.EAST);

        assertThat(off.windows(3)).isInstanceOf(Seen.NotLost.class);
    }

    @Test
    void oneWhoseLeaseIsRevokedIsNotLookedAt() {
        lab.lose(LossLab.EAST);
        lab.windows(2);
        lab.apply(new Event.LeaseRevoked(StoreId.of("east")));

        assertThat(lab.look()).isInstanceOf(Seen.NotLost.class);
    }
}
