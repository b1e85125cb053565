package io.meridian.control.drilling;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.access.Actor;
import io.meridian.control.access.Role;
import io.meridian.control.clock.Standing;
import io.meridian.control.command.Command;
import io.meridian.control.drilling.Drill.State;
import io.meridian.control.switching.MoveLab;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DrillDeciderTest {
    private final MoveLab lab = MoveLab.ready();
    private int keys;

    static DrillDocument loses(String name, RegionId region, String text) {
        return new DrillDocument(name, "what it is", DrillDocument.Act.LOSE, List.of(region), region.name(), text);
    }

    private static DrillDocument link(String name) {
        return new DrillDocument(
                name, "w", DrillDocument.Act.LINK, List.of(MoveLab.EAST, MoveLab.WEST), "east <-> west", "text");
    }

    private String key() {
        return "dr-key-" + ++keys;
    }

    private void register(DrillDocument document) {
        lab.accept(new Command.RegisterScenario(key(), lab.tick(), document));
    }

    private Command.StartDrill start(String scenario, String region) {
        return new Command.StartDrill(
                key(),
                lab.tick(),
                scenario,
                region.isEmpty() ? Optional.empty() : Optional.of(RegionId.of(region)),
                "",
                "",
                Optional.empty());
    }

    private Command.ClaimDrill claim(String drill, String runner) {
        return new Command.ClaimDrill(key(), lab.tick(), drill, runner);
    }

    private Command.ProgressDrill told(String runner, long first, String... lines) {
        Instant at = lab.tick();
        return new Command.ProgressDrill(
                key(),
                at,
                newest().id(),
                runner,
                first,
                List.of(lines).stream().map(line -> new Drill.Line(at, line)).toList());
    }

    private Command.EndDrill end(String runner, State outcome, String report) {
        return new Command.EndDrill(
                key(),
                lab.tick(),
                newest().id(),
                runner,
                outcome,
                "",
                Optional.empty(),
                Drill.Figures.none(),
                List.of(),
                report);
    }

    private Command.AbortDrill abort() {
        return new Command.AbortDrill(key(), lab.tick(), newest().id());
    }

    private Drill newest() {
        return lab.state().drills().all().getLast();
    }

    /** Asked for, claimed by {@code r}. */
    private void running() {
        register(loses("lose", MoveLab.WEST, "text"));
        lab.accept(start("lose", ""));
        lab.accept(claim("dr-1", "r"));
    }

    private Optional<Standing> counted(String what) {
        return Standing.of(lab.state(), lab.tick()).stream()
                .filter(each -> each.what().startsWith("drill dr-1 " + what))
                .findFirst();
    }

    @Test
    void oneIsAskedForClaimedToldOfAndEnds() {
        register(loses("lose", MoveLab.WEST, "text"));
        lab.accept(start("lose", ""));
        assertThat(newest().state()).isEqualTo(State.WAITING);
        assertThat(newest().about()).isEqualTo("west");

        lab.accept(claim("dr-1", "r"));
        lab.accept(told("r", 0, "probing"));
        lab.accept(end("r", State.PASSED, "{\"format\":1}"));

        assertThat(newest().state()).isEqualTo(State.PASSED);
        assertThat(newest().version()).isEqualTo(1);
        assertThat(newest().lines()).extracting(Drill.Line::text).containsExactly("probing");
        assertThat(newest().ending().orElseThrow().report()).isEqualTo("{\"format\":1}");
        assertThat(lab.refuse(claim("dr-1", "r")).type()).isEqualTo(ProblemType.DRILL_ENDED);
        assertThat(lab.refuse(end("r", State.MISSED, "")).type()).isEqualTo(ProblemType.DRILL_ENDED);
    }

    @Test
    void aScenarioAboutARegionMayBeAboutAnotherAndALinkMayNot() {
        register(loses("lose", MoveLab.WEST, "text"));
        register(link("link"));
        assertThat(lab.refuse(start("link", "east")).type()).isEqualTo(ProblemType.INVALID_ARGUMENT);
        assertThat(lab.refuse(start("lose", "mars")).type()).isEqualTo(ProblemType.UNKNOWN_REGION);
        assertThat(lab.refuse(start("loose", "")).detail()).contains("link, lose");

        lab.accept(start("lose", "east"));

        assertThat(newest().regions()).containsExactly(MoveLab.EAST);
        assertThat(newest().about()).isEqualTo("east");
    }

    @Test
    void thereIsOneAtATimeAndNoneWhileTheBrakeIsOnOrARunIsUnderWay() {
        register(loses("lose", MoveLab.WEST, "text"));
        lab.accept(new Command.Brake(key(), lab.tick(), "payday"));
        assertThat(lab.refuse(start("lose", "")).type()).isEqualTo(ProblemType.BRAKE_ON);
        lab.accept(new Command.ReleaseBrake(key(), lab.tick()));
        lab.accept(start("lose", ""));
        assertThat(lab.refuse(start("lose", "east")).detail()).contains("dr-1", "waiting");
        lab.accept(abort());
        assertThat(newest().state()).isEqualTo(State.SKIPPED);

        lab.accept(lab.move("0", "west-1"));

        assertThat(lab.refuse(start("lose", "")).type()).isEqualTo(ProblemType.RUN_UNDER_WAY);
    }

    @Test
    void anotherRunnerHasNoSayInIt() {
        running();

        lab.accept(claim("dr-1", "r"));
        assertThat(lab.refuse(claim("dr-1", "other")).type()).isEqualTo(ProblemType.DRILL_CLAIMED);
        assertThat(lab.refuse(told("other", 0)).detail()).contains("is run by r");
        assertThat(lab.refuse(end("other", State.PASSED, "")).type()).isEqualTo(ProblemType.DRILL_CLAIMED);
        assertThat(newest().state()).isEqualTo(State.RUNNING);
    }

    @Test
    void aLineThatIsToldTwiceIsKeptOnceAndTheNewestFiftyStay() {
        running();

        lab.accept(told("r", 0, "a", "b"));
        lab.accept(told("r", 1, "b", "c"));
        assertThat(newest().lines()).extracting(Drill.Line::text).containsExactly("a", "b", "c");
        lab.accept(told("r", 3, IntStream.range(0, 60).mapToObj(String::valueOf).toArray(String[]::new)));

        assertThat(newest().told()).isEqualTo(63);
        assertThat(newest().lines())
                .hasSize(Drill.LINES)
                .last()
                .satisfies(line -> assertThat(line.text()).isEqualTo("59"));
    }

    @Test
    void aRunnerThatIsSilentIsLostUntilItIsHeardAgain() {
        running();
        Standing silence = counted("heard 1").orElseThrow();
        assertThat(silence.limit()).isEqualTo(Duration.ofSeconds(30));
        lab.accept(told("r", 0));
        lab.accept(silence.then().orElseThrow());
        assertThat(newest().lost()).as("it was heard since").isFalse();

        lab.accept(counted("heard 2").orElseThrow().then().orElseThrow());

        assertThat(newest().lost()).isTrue();
        assertThat(newest().state()).isEqualTo(State.RUNNING);
        assertThat(lab.refuse(start("lose", "")).detail()).contains("its runner is lost", "drill undo");
        lab.accept(told("r", 0, "here I am"));
        assertThat(newest().lost()).isFalse();
    }

    @Test
    void whatALostRunnerTellsAfterAPersonGaveItUpCountsAfterAll() {
        running();
        lab.accept(new Command.DrillSilent(lab.tick(), "dr-1", 1));

        lab.accept(new Command.Asked(Actor.of("alice", List.of(Role.OPERATOR)), "", abort()));

        assertThat(newest().state()).isEqualTo(State.FAILED);
        assertThat(newest().ending().orElseThrow().reason()).contains("alice gave it up", "may be broken still");
        lab.accept(end("r", State.MISSED, "{}"));
        assertThat(newest().state()).isEqualTo(State.MISSED);
        assertThat(lab.refuse(end("r", State.PASSED, "{}")).type()).isEqualTo(ProblemType.DRILL_ENDED);
    }

    @Test
    void aRunningOneIsAbortedByItsRunner() {
        running();

        lab.accept(abort());
        assertThat(newest().state()).isEqualTo(State.ABORTING);
        lab.accept(abort());
        lab.accept(told("r", 0, "undoing"));
        lab.accept(end("r", State.ABORTED, ""));

        assertThat(newest().state()).isEqualTo(State.ABORTED);
        assertThat(lab.refuse(abort()).type()).isEqualTo(ProblemType.DRILL_ENDED);
    }

    @Test
    void oneThatNobodyClaimsIsSkippedAndSoIsOneWhoseScenarioChanged() {
        register(loses("lose", MoveLab.WEST, "text"));
        lab.accept(start("lose", ""));
        Standing waits = counted("waits").orElseThrow();
        assertThat(waits.limit()).isEqualTo(Duration.ofMinutes(10));

        lab.accept(waits.then().orElseThrow());

        assertThat(newest().state()).isEqualTo(State.SKIPPED);
        assertThat(newest().ending().orElseThrow().reason()).contains("no runner", "drill serve");
        lab.accept(start("lose", ""));
        register(loses("lose", MoveLab.WEST, "text"));
        assertThat(newest().state()).as("the same text").isEqualTo(State.WAITING);
        register(loses("lose", MoveLab.WEST, "another"));
        assertThat(newest().state()).isEqualTo(State.SKIPPED);
        assertThat(Objects.requireNonNull(lab.state().drills().scenarios().get("lose"))
                        .version())
                .isEqualTo(2);
    }

    @Test
    void aRunnerThatBeginsByItselfHasItAtOnceAndItsOwnTextIsNoVersionOfTheRegisteredOne() {
        register(loses("lose", MoveLab.WEST, "text"));

        lab.accept(new Command.StartDrill(
                key(),
                lab.tick(),
                "lose",
                Optional.empty(),
                "",
                "r",
                Optional.of(loses("lose", MoveLab.EAST, "my own"))));

        assertThat(newest().state()).isEqualTo(State.RUNNING);
        assertThat(newest().version()).isZero();
        assertThat(newest().about()).isEqualTo("east");
    }

    @Test
    void reportsLinesAndRecordsHaveBounds() {
        register(loses("lose", MoveLab.WEST, "text"));
        lab.accept(start("lose", ""));
        lab.accept(claim("dr-1", "r"));
        String longest = "x".repeat(Drills.LONGEST_REPORT);
        assertThat(lab.refuse(end("r", State.PASSED, longest + "x")).type()).isEqualTo(ProblemType.LIMIT_REACHED);
        lab.accept(end("r", State.PASSED, longest));
        for (int i = 0; i < 24; i++) {
            lab.accept(start("lose", ""));
            lab.accept(claim(newest().id(), "r"));
            lab.accept(told("r", 0, "line"));
            lab.accept(end("r", State.PASSED, "{}"));
        }

        List<Drill> all = lab.state().drills().all();
        assertThat(all).hasSize(Drills.KEPT_OF_ONE);
        assertThat(all.getLast().id()).isEqualTo("dr-25");
        assertThat(all.subList(0, 10)).allSatisfy(drill -> {
            assertThat(drill.ending().orElseThrow().report()).isEmpty();
            assertThat(drill.lines()).isEmpty();
            assertThat(drill.state()).isEqualTo(State.PASSED);
        });
        assertThat(all.subList(10, 20)).allSatisfy(drill -> {
            assertThat(drill.ending().orElseThrow().report()).isEqualTo("{}");
            assertThat(drill.lines()).isNotEmpty();
        });
    }

    @Test
    void allTogetherHaveBoundsToo() {
        IntStream.range(0, Drills.SCENARIOS).forEach(i -> register(loses("lose-" + i, MoveLab.WEST, "text")));
        assertThat(lab.refuse(new Command.RegisterScenario(key(), lab.tick(), loses("one-more", MoveLab.WEST, "text")))
                        .type())
                .isEqualTo(ProblemType.LIMIT_REACHED);
        assertThat(lab.refuse(new Command.RegisterScenario(
                                key(),
                                lab.tick(),
                                loses("lose-1", MoveLab.WEST, "x".repeat(DrillDocument.LONGEST + 1))))
                        .type())
                .isEqualTo(ProblemType.LIMIT_REACHED);

        for (int i = 0; i < 250; i++) {
            lab.accept(start("lose-" + i % Drills.SCENARIOS, ""));
            lab.accept(claim(newest().id(), "r"));
            lab.accept(end("r", State.PASSED, "{}"));
        }

        List<Drill> all = lab.state().drills().all();
        assertThat(all).hasSize(Drills.KEPT);
        assertThat(all.stream()
                        .filter(drill -> !drill.ending().orElseThrow().report().isEmpty()))
                .hasSize(Drills.WHOLE);
    }

    @Test
    void signsOfLifeAreNotInTheAuditAndTheRestIs() {
        running();
        Actor runner = Actor.of("runner", List.of(Role.OPERATOR));

        lab.accept(new Command.Asked(runner, "", told("r", 0, "a")));
        lab.refuse(new Command.Asked(runner, "", told("other", 0, "a")));
        lab.accept(new Command.Asked(runner, "", end("r", State.PASSED, "{}")));

        assertThat(lab.state().audit().entries())
                .singleElement()
                .satisfies(entry -> assertThat(entry.what()).contains("drill dr-1 of runner r ends PASSED"));
    }
}
