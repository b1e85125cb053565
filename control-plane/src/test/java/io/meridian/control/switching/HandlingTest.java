package io.meridian.control.switching;

import static io.meridian.control.switching.MoveLab.EAST;
import static io.meridian.control.switching.MoveLab.WEST;
import static io.meridian.control.switching.StateName.ACTIVATED;
import static io.meridian.control.switching.StateName.DONE;
import static io.meridian.control.switching.StateName.HOLDING;
import static io.meridian.control.switching.StateName.NEEDS_OPERATOR;
import static io.meridian.control.switching.StateName.PREPARED;
import static io.meridian.control.switching.StateName.ROLLED_BACK;
import static io.meridian.control.switching.StateName.ROLLING_BACK;
import static io.meridian.control.switching.StateName.ROUTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decision;
import io.meridian.control.state.RouterSession;
import io.meridian.control.switching.SwitchTable.Deadline;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.ShardId;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HandlingTest {
    private int keys;

    private String key() {
        return "h-" + ++keys;
    }

    private Decision.Accepted pause(MoveLab lab) {
        return lab.accept(new Command.PauseRun(key(), lab.tick(), lab.run().id()));
    }

    private Decision.Accepted resume(MoveLab lab) {
        return lab.accept(new Command.ResumeRun(key(), lab.tick(), lab.run().id()));
    }

    private Command.RetryRun retry(MoveLab lab) {
        return new Command.RetryRun(key(), lab.tick(), lab.run().id());
    }

    private Command.ForceRun force(MoveLab lab, StateName seen, int wave, Gate.Name... gates) {
        return new Command.ForceRun(
                key(), lab.tick(), lab.run().id(), seen, wave, List.of(gates), "the region is being shut down");
    }

    private static Command.StartMove asked(MoveLab lab, String shards, MoveOptions options) {
        Command.StartMove plain = lab.move(shards, "west-1");
        return new Command.StartMove(plain.key(), plain.now(), plain.shards(), plain.to(), plain.limits(), options);
    }

    private static MoveOptions options(Optional<Duration> rest, boolean stopOnGuard, boolean paused) {
        return new MoveOptions(Optional.empty(), rest, stopOnGuard, paused);
    }

    /** The first of two waves, from HOLDING to ROUTED at its new owner. */
    private static void firstWaveDone(MoveLab lab) {
        lab.routersCaughtUp();
        lab.accept(lab.closed(EAST, 0, 1, 2));
        lab.accept(lab.applied(WEST, 1, 0, 1, 2));
        lab.accept(lab.opened(WEST, 0, 1, 2));
        lab.routersCaughtUp();
    }

    @Test
    void aPausedRunFinishesItsWaveAndStartsNoFurtherOneUntilItIsResumed() {
        MoveLab lab = MoveLab.ready();
        lab.start("0-5", "west-1");
        pause(lab);

        firstWaveDone(lab);

        assertThat(lab.name()).isEqualTo(PREPARED);
        assertThat(lab.run().wave()).isEqualTo(2);
        assertThat(lab.shard(3).frozenBy()).isEmpty();
        assertThat(lab.run().counts().moved()).isEqualTo(3);
        assertThat(SwitchTable.limits(lab.state(), lab.run()))
                .as("no time runs while a person keeps it")
                .isEmpty();
        resume(lab);
        assertThat(lab.name()).isEqualTo(HOLDING);
    }

    @Test
    void aRunPausedBeforeItsFirstWaveHoldsNothingAndDoesNotTimeOut() {
        MoveLab lab = MoveLab.at(PREPARED);
        pause(lab);

        lab.agent(WEST, true, 10);
        lab.pass(Deadline.LIMIT);

        assertThat(lab.name()).isEqualTo(PREPARED);
        assertThat(lab.shard(0).frozenBy()).isEmpty();
        resume(lab);
        assertThat(lab.name()).isEqualTo(HOLDING);
    }

    @Test
    void pausingTwiceOrResumingWhatRunsChangesNothing() {
        MoveLab lab = MoveLab.ready();
        lab.start("0-5", "west-1");

        assertThat(resume(lab).events()).allMatch(io.meridian.control.state.Event.Remembered.class::isInstance);
        pause(lab);
        assertThat(pause(lab).events()).allMatch(io.meridian.control.state.Event.Remembered.class::isInstance);
    }

    @ParameterizedTest
    @EnumSource(
            value = StateName.class,
            names = {"HOLDING", "FENCING", "CATCHING_UP", "ACTIVATED", "ROUTED", "ROLLING_BACK"})
    void whatIsInTheMiddleOfItsOnlyWaveIsNotPaused(StateName state) {
        MoveLab lab = MoveLab.at(state);

        Problem why =
                lab.refuse(new Command.PauseRun(key(), lab.tick(), lab.run().id()));

        assertThat(why.type()).isEqualTo(ProblemType.RUN_NOT_PAUSABLE);
    }

    @Test
    void aPausedRunCanBeCancelledAndItsEarlierWavesStay() {
        MoveLab lab = MoveLab.ready();
        lab.start("0-5", "west-1");
        pause(lab);
        firstWaveDone(lab);

        lab.cancel();

        assertThat(lab.name()).isEqualTo(ROLLED_BACK);
        assertThat(lab.run().counts()).isEqualTo(new Run.Counts(3, 0));
        assertThat(lab.run().untouched()).isEqualTo(3);
    }

    @Test
    void aRunThatIsPlannedPausedStartsWhenItIsResumed() {
        MoveLab lab = MoveLab.ready();
        lab.accept(asked(lab, "0-2", options(Optional.empty(), false, true)));
        assertThat(lab.name()).isEqualTo(PREPARED);

        resume(lab);

        assertThat(lab.name()).isEqualTo(HOLDING);
    }

    @Test
    void wavesRestBetweenEachOtherForAsLongAsWasAsked() {
        MoveLab lab = MoveLab.ready();
        lab.accept(asked(lab, "0-5", options(Optional.of(Duration.ofSeconds(30)), false, false)));
        assertThat(lab.name()).as("the first wave does not wait").isEqualTo(HOLDING);

        firstWaveDone(lab);

        assertThat(lab.name()).isEqualTo(PREPARED);
        assertThat(SwitchTable.limits(lab.state(), lab.run()))
                .containsExactly(new SwitchTable.Limit(Deadline.PATIENCE, Duration.ofSeconds(30)));
        lab.pass(Deadline.PATIENCE);
        assertThat(lab.name()).isEqualTo(HOLDING);
    }

    @Test
    void betweenWavesItWaitsLongerThanAtTheBeginning() {
        MoveLab lab = MoveLab.at(PREPARED);
        assertThat(SwitchTable.limits(lab.state(), lab.run()))
                .containsExactly(new SwitchTable.Limit(Deadline.LIMIT, Duration.ofSeconds(15)));

        MoveLab later = MoveLab.ready();
        later.start("0-5", "west-1");
        later.agent(WEST, true, 9000);
        firstWaveDone(later);

        assertThat(later.name()).isEqualTo(PREPARED);
        assertThat(SwitchTable.limits(later.state(), later.run()))
                .containsExactly(new SwitchTable.Limit(Deadline.LIMIT, Duration.ofSeconds(60)));
    }

    @Test
    void aLaterWaveWhoseGatesStayClosedPausesItselfUntilAPersonSaysOtherwise() {
        MoveLab lab = MoveLab.ready();
        lab.start("0-5", "west-1");
        lab.agent(WEST, true, 9000);
        firstWaveDone(lab);
        assertThat(lab.name()).isEqualTo(PREPARED);

        lab.pass(Deadline.LIMIT);

        assertThat(lab.run().handling().paused()).isTrue();
        assertThat(lab.run().problem().orElseThrow()).contains("9000 ms behind", "3 shards of earlier waves stay");
        lab.agent(WEST, true, 10);
        assertThat(lab.name()).isEqualTo(PREPARED);
        resume(lab);
        assertThat(lab.name()).isEqualTo(HOLDING);
        assertThat(lab.run().problem()).isEmpty();
    }

    @Test
    void aRunThatStopsOnItsGuardEndsThereInstead() {
        MoveLab lab = MoveLab.ready();
        lab.accept(asked(lab, "0-5", options(Optional.empty(), true, false)));
        lab.agent(WEST, true, 9000);
        firstWaveDone(lab);

        lab.pass(Deadline.LIMIT);

        assertThat(lab.name()).isEqualTo(ROLLED_BACK);
        assertThat(lab.run().counts()).isEqualTo(new Run.Counts(3, 0));
    }

    @Test
    void aDeadlineOfAnEarlierStayInTheSamePlaceMeansNothing() {
        MoveLab lab = MoveLab.at(ACTIVATED);
        var first = new Command.DeadlinePassed(
                lab.tick(),
                lab.run().id(),
                ACTIVATED,
                1,
                Deadline.LIMIT,
                lab.run().steps().size());
        lab.accept(first);
        assertThat(lab.name()).isEqualTo(NEEDS_OPERATOR);
        lab.accept(retry(lab));
        assertThat(lab.name()).isEqualTo(ACTIVATED);

        assertThat(lab.accept(first).events()).isEmpty();

        assertThat(lab.name()).isEqualTo(ACTIVATED);
        lab.accept(lab.opened(WEST, 0, 1, 2));
        assertThat(lab.name()).isEqualTo(ROUTED);
    }

    @Test
    void aRolledBackRunIsRetriedByANewOneForWhatItLeftUndone() {
        MoveLab lab = MoveLab.ready();
        lab.start("0-5", "west-1");
        firstWaveDone(lab);
        lab.cancel();
        assertThat(lab.name()).isEqualTo(ROLLED_BACK);

        var accepted = lab.accept(retry(lab));

        Run again = lab.run(accepted.receipt().subject());
        assertThat(again.id()).isEqualTo("mv-2");
        assertThat(again.plan().moves().map(Plan.ShardMove::shard))
                .containsExactly(ShardId.of(3), ShardId.of(4), ShardId.of(5));
        assertThat(again.state().name()).isEqualTo(HOLDING);
    }

    @Test
    void nothingUndoneOrStillUnderWayIsNotRetried() {
        MoveLab done = MoveLab.at(DONE);
        assertThat(done.refuse(retry(done)).type()).isEqualTo(ProblemType.NOTHING_TO_MOVE);

        MoveLab running = MoveLab.at(ROLLING_BACK);
        assertThat(running.refuse(retry(running)).type()).isEqualTo(ProblemType.RUN_UNDER_WAY);
    }

    @Test
    void aSoftGateIsPassedWhenSomebodyAnswersForIt() {
        MoveLab lab = MoveLab.at(PREPARED);
        Command.ForceRun force = force(lab, PREPARED, 1, Gate.Name.LAG, Gate.Name.LAG_RECORDS);
        assertThat(force.secondPerson()).isTrue();

        lab.accept(force);

        assertThat(lab.name()).isEqualTo(HOLDING);
        assertThat(lab.run().handling().reason()).isEqualTo("the region is being shut down");
    }

    @Test
    void aHardGateIsPassedByNobody() {
        MoveLab lab = MoveLab.at(PREPARED);
        lab.agent(WEST, false, 10);

        Problem why = lab.refuse(force(lab, PREPARED, 1, Gate.Name.FENCE));

        assertThat(why.type()).isEqualTo(ProblemType.NOT_FORCEABLE);
        assertThat(why.detail()).contains("its fence cannot be reached");
    }

    @Test
    void forceMeansTheRunAsItWasSeen() {
        MoveLab lab = MoveLab.at(PREPARED);

        assertThat(lab.refuse(force(lab, PREPARED, 2, Gate.Name.LAG)).type()).isEqualTo(ProblemType.RUN_MOVED_ON);
        assertThat(lab.refuse(force(lab, HOLDING, 1, Gate.Name.LAG)).type()).isEqualTo(ProblemType.RUN_MOVED_ON);
    }

    @Test
    void noForceGoesOnWithoutARouterThatMayStillRoute() {
        MoveLab lab = MoveLab.at(HOLDING);
        lab.router("east-router", EAST, false, 0, 0);

        Problem why = lab.refuse(force(lab, HOLDING, 1, Gate.Name.ROUTERS));

        assertThat(why.type()).isEqualTo(ProblemType.NOT_FORCEABLE);
        assertThat(why.detail()).contains("east-router (not connected)");
    }

    @Test
    void aRegionWhoseRoutersAreLostForGoodIsGoneOnWithoutByForceOnly() {
        MoveLab lab = MoveLab.ready();
        lab.router("east-router", EAST, false, 0, 0);
        lab.start("0-2", "west-1");
        assertThat(lab.refuse(force(lab, PREPARED, 1, Gate.Name.ROUTERS)).type())
                .as("its session has not lapsed: it may still route")
                .isEqualTo(ProblemType.NOT_FORCEABLE);
        RouterSession session = Objects.requireNonNull(lab.state().routers().get("east-router"));
        lab.accept(new Command.Lapse(
                lab.tick(), Command.Lapse.Kind.ROUTER, "east-router", session.session(), session.beats()));
        assertThat(lab.name()).isEqualTo(PREPARED);

        lab.accept(force(lab, PREPARED, 1, Gate.Name.ROUTERS));

        assertThat(lab.name()).isEqualTo(HOLDING);
        lab.router("west-router", WEST, true, 99, 99);
        assertThat(lab.name()).isEqualTo(StateName.FENCING);
    }

    @Test
    void disjointRunsGoSideBySideUpToTheirBound() {
        MoveLab lab = MoveLab.ready();
        var bound = new Plan.MoveLimits(
                Duration.ofSeconds(2), Duration.ofSeconds(30), 3, Optional.empty(), Optional.empty(), false, 2);
        lab.accept(new Command.StartMove(key(), lab.tick(), "0", "west-1", bound));
        lab.accept(new Command.StartMove(key(), lab.tick(), "1", "west-1", bound));
        assertThat(lab.state().activeRuns()).allMatch(run -> run.state().name() == HOLDING);

        Problem why = lab.refuse(new Command.StartMove(key(), lab.tick(), "2", "west-1", bound));

        assertThat(why.type()).isEqualTo(ProblemType.TOO_MANY_RUNS);
        lab.routersCaughtUp();
        lab.accept(lab.closed(EAST, 0, 1));
        lab.accept(lab.applied(WEST, 1, 0, 1));
        lab.accept(lab.opened(WEST, 0, 1));
        assertThat(lab.state().activeRuns()).allMatch(run -> run.state().name() == ROUTED);
    }
}
