package io.meridian.router.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.router.view.Shares;
import io.meridian.router.weights.ZoneShare.Answers;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ZoneShareTest {
    private static final Topology.WeightCut RULE = new Topology.WeightCut(10, 20, Duration.ofSeconds(5));

    record Case(String name, double had, Answers answers, double has) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final List<Case> WINDOWS = List.of(
            new Case("too many failures cut it in half", 1, new Answers(80, 20), 0.5),
            new Case("as many as are allowed do not", 1, new Answers(90, 10), 1),
            new Case("again and again, down to the floor", 0.25, new Answers(0, 50), 0.2),
            new Case("never below the floor", 0.2, new Answers(0, 50), 0.2),
            new Case("too few answers prove nothing bad", 1, new Answers(0, 19), 1),
            new Case("just enough do", 1, new Answers(0, 20), 0.5),
            new Case("a good window doubles it", 0.25, new Answers(50, 1), 0.5),
            new Case("up to all of it", 0.6, new Answers(50, 0), 1),
            new Case("a window without any answer is a good one", 0.2, Answers.NONE, 0.4));

    @ParameterizedTest
    @FieldSource("WINDOWS")
    void aShareAfterAWindow(Case window) {
        assertThat(ZoneShare.next(window.had(), window.answers(), RULE)).isEqualTo(window.has());
    }

    @Test
    void aFloorThatWasRaisedRaisesNoShareWhileAnswersFail() {
        var raised = new Topology.WeightCut(10, 80, Duration.ofSeconds(5));

        assertThat(ZoneShare.next(0.5, new Answers(0, 50), raised)).isEqualTo(0.5);
    }

    @Test
    void wholeSharesAreNotKept() {
        Shares cut = Shares.WHOLE.with("catalog", ZoneId.of("east-7"), 0.5).with("catalog", ZoneId.of("east-8"), 0.25);

        assertThat(cut.of("catalog", ZoneId.of("east-7"))).isEqualTo(0.5);
        assertThat(cut.of("other", ZoneId.of("east-7"))).isEqualTo(1);
        assertThat(cut.with("catalog", ZoneId.of("east-7"), 1).with("catalog", ZoneId.of("east-8"), 1))
                .isEqualTo(Shares.WHOLE);
    }
}
