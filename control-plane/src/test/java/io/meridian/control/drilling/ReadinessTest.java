package io.meridian.control.drilling;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.command.Command;
import io.meridian.control.drilling.Drill.State;
import io.meridian.control.switching.MoveLab;
import io.meridian.topology.RegionId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadinessTest {
    private final MoveLab lab = MoveLab.ready();
    private int keys;

    private void register(String name, String text) {
        lab.accept(new Command.RegisterScenario(key(), lab.tick(), DrillDeciderTest.loses(name, MoveLab.WEST, text)));
    }

    private String key() {
        return "rd-key-" + ++keys;
    }

    /** Asked for and ended at once. */
    private void drilled(String scenario, State how) {
        lab.accept(new Command.StartDrill(key(), lab.tick(), scenario, Optional.empty(), "", "r", Optional.empty()));
        lab.accept(new Command.EndDrill(
                key(),
                lab.tick(),
                lab.state().drills().all().getLast().id(),
                "r",
                how,
                "",
                Optional.empty(),
                Drill.Figures.none(),
                List.of(),
                ""));
    }

    private Readiness of(RegionId region, Duration later) {
        Instant now = lab.tick().plus(later);
        return Readiness.of(lab.state(), now).stream()
                .filter(each -> each.region().equals(region))
                .findFirst()
                .orElseThrow();
    }

    private Readiness.Cell west() {
        return of(MoveLab.WEST, Duration.ZERO).scenarios().getFirst();
    }

    @ParameterizedTest
    @CsvSource({"0,100", "30,100", "31,98", "60,50", "89,1", "90,0", "1000,0"})
    void aPassCountsWholeForAMonthAndThenWearsOff(int days, int score) {
        assertThat(Readiness.score(Duration.ofDays(days))).isEqualTo(score);
    }

    @Test
    void withoutAScenarioNothingIsKnown() {
        assertThat(of(MoveLab.WEST, Duration.ZERO).score()).isEmpty();
    }

    @Test
    void aRegionsScoreIsTheMeanOfItsScenarios() {
        register("one", "text");
        register("two", "text");
        drilled("one", State.PASSED);

        assertThat(of(MoveLab.WEST, Duration.ZERO).score()).hasValue(50);
        assertThat(of(MoveLab.WEST, Duration.ofDays(60).minusHours(1)).score()).hasValue(25);
        assertThat(of(MoveLab.EAST, Duration.ZERO).score()).hasValue(0);
        assertThat(of(MoveLab.EAST, Duration.ZERO).scenarios())
                .extracting(Readiness.Cell::why)
                .containsOnly("never drilled");
        assertThat(of(MoveLab.WEST, Duration.ofDays(61)).scenarios().getFirst().why())
                .contains("dr-1 61 days ago", "wears off until");
    }

    @Test
    void theNewestDrillDecidesAndASkippedOneIsNone() {
        register("one", "text");
        drilled("one", State.PASSED);
        drilled("one", State.SKIPPED);
        assertThat(west().score()).isEqualTo(100);

        drilled("one", State.MISSED);

        assertThat(west().score()).isZero();
        assertThat(west().why()).contains("dr-3", "missed");
        drilled("one", State.ABORTED);
        assertThat(west().score()).isZero();
        drilled("one", State.PASSED);
        assertThat(west().score()).isEqualTo(100);
    }

    @Test
    void aPassOfAnotherTextShowsNothing() {
        register("one", "text");
        drilled("one", State.PASSED);

        register("one", "an easier text");

        assertThat(west().score()).isZero();
        assertThat(west().why()).contains("another text", "version 2");
    }

    @Test
    void aLinkIsOfItsTwoEndsOnly() {
        lab.accept(new Command.RegisterScenario(
                key(),
                lab.tick(),
                new DrillDocument(
                        "link",
                        "e",
                        DrillDocument.Act.LINK,
                        List.of(MoveLab.EAST, RegionId.of("north")),
                        "east -> north",
                        "text")));

        assertThat(of(MoveLab.EAST, Duration.ZERO).scenarios()).hasSize(1);
        assertThat(of(MoveLab.WEST, Duration.ZERO).scenarios()).isEmpty();
    }
}
