package io.meridian.control.switching;

import static io.meridian.control.switching.MoveLab.EAST;
import static io.meridian.control.switching.MoveLab.WEST;
import static io.meridian.control.switching.StateName.ACTIVATED;
import static io.meridian.control.switching.StateName.CATCHING_UP;
import static io.meridian.control.switching.StateName.DONE;
import static io.meridian.control.switching.StateName.FENCING;
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
import io.meridian.topology.ProblemType;
import io.meridian.topology.ShardId;
import io.meridian.topology.ZoneId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class SwitchDeciderTest {
    record Case(String behaviour, StateName given, Consumer<MoveLab> when, StateName then) {
        @Override
        public String toString() {
            return given + " " + behaviour;
        }
    }

    static final List<Case> TRANSITIONS = List.of(
            new Case("waits while the target lags", PREPARED, lab -> lab.agent(WEST, true, 5000), PREPARED),
            new Case("begins when the target caught up", PREPARED, lab -> lab.agent(WEST, true, 100), HOLDING),
            new Case("ends when its gates stay closed", PREPARED, lab -> lab.pass(Deadline.LIMIT), ROLLED_BACK),
            new Case("waits for every router", HOLDING, lab -> lab.router("east-router", EAST, true, 9, 9), HOLDING),
            new Case("fences when all hold", HOLDING, MoveLab::routersCaughtUp, FENCING),
            new Case("has no patience with routers", HOLDING, lab -> lab.pass(Deadline.PATIENCE), HOLDING),
            new Case("lets go when a router does not hold", HOLDING, lab -> lab.pass(Deadline.LIMIT), ROLLED_BACK),
            new Case("lets go when cancelled", HOLDING, MoveLab::cancel, ROLLED_BACK),
            new Case("waits for every close", FENCING, lab -> lab.accept(lab.closed(EAST, 0, 1)), FENCING),
            new Case("catches up when all closed", FENCING, lab -> lab.accept(lab.closed(EAST, 0, 1, 2)), CATCHING_UP),
            new Case("minds only the old owner", FENCING, lab -> lab.accept(lab.closed(WEST, 0, 1, 2)), FENCING),
            new Case("rolls back when cancelled", FENCING, MoveLab::cancel, ROLLING_BACK),
            new Case("rolls back when closing lasts", FENCING, lab -> lab.pass(Deadline.LIMIT), ROLLING_BACK),
            new Case("waits for every head", CATCHING_UP, lab -> lab.accept(lab.applied(WEST, 1, 0)), CATCHING_UP),
            new Case("activates", CATCHING_UP, lab -> lab.accept(lab.applied(WEST, 1, 0, 1, 2)), ACTIVATED),
            new Case("minds the target", CATCHING_UP, lab -> lab.accept(lab.applied(EAST, 1, 0, 1, 2)), CATCHING_UP),
            new Case("rolls back when cancelled", CATCHING_UP, MoveLab::cancelAndClosed, ROLLING_BACK),
            new Case("rolls back when it lasts", CATCHING_UP, lab -> lab.pass(Deadline.LIMIT), ROLLING_BACK),
            new Case("waits for every OPEN", ACTIVATED, lab -> lab.accept(lab.opened(WEST, 1, 2)), ACTIVATED),
            new Case("routes when all are open", ACTIVATED, lab -> lab.accept(lab.opened(WEST, 0, 1, 2)), ROUTED),
            new Case("calls a person when it lasts", ACTIVATED, lab -> lab.pass(Deadline.LIMIT), NEEDS_OPERATOR),
            new Case("waits for proofs", ROUTED, MoveLab::routersCaughtUp, ROUTED),
            new Case("needs Envoys or patience", ROUTED, lab -> lab.pass(Deadline.LIMIT), ROUTED),
            new Case("ends without proofs in time", ROUTED, MoveLab::proofsOver, DONE),
            new Case(
                    "grants back when all closed",
                    ROLLING_BACK,
                    lab -> lab.accept(lab.closed(EAST, 0, 1, 2)),
                    ROLLING_BACK),
            new Case("calls a person when it lasts", ROLLING_BACK, lab -> lab.pass(Deadline.LIMIT), NEEDS_OPERATOR),
            new Case("stays when cancelled again", ROLLING_BACK, MoveLab::cancel, ROLLING_BACK));

    @ParameterizedTest
    @FieldSource("TRANSITIONS")
    void transition(Case each) {
        MoveLab lab = MoveLab.at(each.given());
        assertThat(lab.name()).isEqualTo(each.given());

        each.when().accept(lab);

        assertThat(lab.name()).isEqualTo(each.then());
    }

    @Test
    void aWholeMoveGivesEachShardTheGrantAfterItsWithdrawalOnItsClose() {
        MoveLab lab = MoveLab.at(DONE);

        for (int shard = 0; shard < 3; shard++) {
            assertThat(lab.shard(shard).ownership())
                    .isEqualTo(new Ownership.Grant(ShardId.of(shard), Epoch.of(3), WEST, MoveLab.base(EAST, 1, shard)));
            assertThat(lab.shard(shard).zone()).isEqualTo(ZoneId.of("west-1"));
            assertThat(lab.shard(shard).frozenBy()).isEmpty();
        }
        assertThat(lab.run().counts()).isEqualTo(new Run.Counts(3, 0));
        assertThat(lab.run().certificate().orElseThrow().verdict()).isEqualTo(Certificate.Verdict.NOTHING_LOST);
        assertThat(lab.run().steps().stream().map(Run.Step::name))
                .containsExactly(StateName.PLANNED, PREPARED, HOLDING, FENCING, CATCHING_UP, ACTIVATED, ROUTED, DONE);
    }

    @Test
    void shardsAreFrozenFromHoldingUntilRouted() {
        for (StateName state : List.of(HOLDING, FENCING, CATCHING_UP, ACTIVATED, ROLLING_BACK)) {
            assertThat(MoveLab.at(state).shard(1).frozenBy()).as(state.name()).contains("mv-1");
        }
        for (StateName state : List.of(PREPARED, ROUTED, DONE)) {
            assertThat(MoveLab.at(state).shard(1).frozenBy()).as(state.name()).isEmpty();
        }
    }

    @Test
    void routersHearOfTheNewOwnerOnlyWhenItIsOpen() {
        assertThat(MoveLab.at(ACTIVATED).shard(0).zone()).isEqualTo(ZoneId.of("east-1"));
        assertThat(MoveLab.at(ROUTED).shard(0).zone()).isEqualTo(ZoneId.of("west-1"));
    }

    @Test
    void cancellingAfterTheCloseGivesTheShardsBackOnTheirClose() {
        MoveLab lab = MoveLab.at(CATCHING_UP);

        lab.cancel();
        assertThat(lab.shard(0).ownership())
                .isEqualTo(new Ownership.Grant(ShardId.of(0), Epoch.of(3), EAST, MoveLab.base(EAST, 1, 0)));
        assertThat(lab.shard(0).frozenBy()).contains("mv-1");
        lab.accept(lab.opened(EAST, 0, 1, 2));

        assertThat(lab.name()).isEqualTo(ROLLED_BACK);
        assertThat(lab.shard(0).frozenBy()).isEmpty();
        assertThat(lab.shard(0).zone()).isEqualTo(ZoneId.of("east-1"));
        assertThat(lab.run().counts()).isEqualTo(new Run.Counts(0, 3));
        assertThat(lab.run().untouched()).isZero();
    }

    @Test
    void rollingBackGrantsNothingBeforeEveryCloseIsKnown() {
        MoveLab lab = MoveLab.at(FENCING);
        lab.accept(lab.closed(EAST, 0, 1));

        lab.cancel();

        assertThat(lab.shard(0).ownership()).isInstanceOf(Ownership.Withdrawal.class);
        lab.accept(lab.closed(EAST, 2));
        assertThat(lab.shard(0).ownership()).isInstanceOf(Ownership.Grant.class);
    }

    @Test
    void aSecondMoveIsNotMovedByTheCloseOfTheFirst() {
        MoveLab lab = MoveLab.at(FENCING);
        Command.Report oldClose = lab.closed(EAST, 0, 1, 2);
        lab.accept(oldClose);
        lab.cancel();
        lab.accept(lab.opened(EAST, 0, 1, 2));
        lab.start("0-2", "west-1");
        lab.routersCaughtUp();
        assertThat(lab.name()).isEqualTo(FENCING);

        lab.accept(oldClose);

        assertThat(lab.name()).isEqualTo(FENCING);
        assertThat(((SwitchState.Fencing) lab.run().state()).closes()).isEmpty();
    }

    @Test
    void aGrantThatWasNeverOpenedHandsItsBaseOn() {
        MoveLab lab = MoveLab.at(FENCING);

        lab.accept(new Command.Report(
                lab.tick(),
                EAST,
                List.of(0, 1, 2).stream()
                        .map(shard -> new Command.FenceSeen(
                                ShardId.of(shard), Epoch.of(2), false, Epoch.NEVER, Optional.empty(), Optional.empty()))
                        .toList(),
                List.of(),
                List.of()));

        assertThat(lab.name()).as("nothing to catch up with").isEqualTo(ACTIVATED);
        assertThat(((Ownership.Grant) lab.shard(0).ownership()).base()).isEqualTo(new Base.None());
    }

    @Test
    void aRowThatIsStillOpenOrNotYetRaisedIsNoClose() {
        MoveLab lab = MoveLab.at(FENCING);
        var open = new Command.FenceSeen(
                ShardId.of(0), Epoch.of(1), true, Epoch.of(1), Optional.empty(), Optional.empty());
        var unknownPosition = new Command.FenceSeen(
                ShardId.of(1), Epoch.of(2), false, Epoch.of(1), Optional.empty(), Optional.empty());

        lab.accept(new Command.Report(lab.tick(), EAST, List.of(open, unknownPosition), List.of(), List.of()));

        assertThat(((SwitchState.Fencing) lab.run().state()).closes()).isEmpty();
    }

    @Test
    void cancelIsRefusedPastThePointOfNoReturn() {
        for (StateName state : List.of(ACTIVATED, ROUTED)) {
            MoveLab lab = MoveLab.at(state);

            var refused = (Decision.Refused) lab.cancel();

            assertThat(refused.why().type()).isEqualTo(ProblemType.RUN_PAST_NO_RETURN);
        }
    }

    @Test
    void envoysThatDoNotAnswerAreRecordedAndLeftBehind() {
        MoveLab lab = MoveLab.at(HOLDING);
        long revision = lab.state().revision().number();
        lab.router("east-router", EAST, true, revision, revision - 1);
        lab.router("west-router", WEST, true, revision, revision);
        assertThat(lab.name()).isEqualTo(HOLDING);

        lab.pass(Deadline.PATIENCE);

        assertThat(lab.name()).isEqualTo(FENCING);
        assertThat(lab.run().steps().get(2).note()).contains("east-router-envoy");
    }

    @Test
    void aRouterWhoseStreamBrokeIsStillWaitedForUntilItsSessionLapses() {
        MoveLab lab = MoveLab.at(HOLDING);
        long revision = lab.state().revision().number();
        lab.router("east-router", EAST, false, 0, 0);
        lab.router("west-router", WEST, true, revision, revision);
        assertThat(lab.name()).isEqualTo(HOLDING);

        RouterSession session = Objects.requireNonNull(lab.state().routers().get("east-router"));
        lab.accept(new Command.Lapse(
                lab.tick(), Command.Lapse.Kind.ROUTER, "east-router", session.session(), session.beats()));

        assertThat(lab.name()).isEqualTo(FENCING);
    }

    @Test
    void wavesMoveOneAfterTheOtherAndEarlierOnesStayWhenALaterOneIsCancelled() {
        MoveLab lab = MoveLab.ready();
        lab.start("0-5", "west-1");
        lab.routersCaughtUp();
        lab.accept(lab.closed(EAST, 0, 1, 2));
        lab.accept(lab.applied(WEST, 1, 0, 1, 2));
        lab.accept(lab.opened(WEST, 0, 1, 2));
        lab.routersCaughtUp();
        assertThat(lab.name()).isEqualTo(HOLDING);
        assertThat(lab.run().wave()).isEqualTo(2);

        lab.cancel();

        assertThat(lab.name()).isEqualTo(ROLLED_BACK);
        assertThat(lab.run().counts()).isEqualTo(new Run.Counts(3, 0));
        assertThat(lab.run().untouched()).isEqualTo(3);
        assertThat(lab.shard(0).zone()).isEqualTo(ZoneId.of("west-1"));
        assertThat(lab.shard(3).zone()).isEqualTo(ZoneId.of("east-1"));
        assertThat(lab.shard(3).frozenBy()).isEmpty();
        assertThat(lab.run().certificate().orElseThrow().proofs()).hasSize(3);
    }

    @Test
    void aRunCancelledBetweenWavesWaitsForTheProofsOfWhatItMoved() {
        MoveLab lab = MoveLab.ready();
        lab.start("0-5", "west-1");
        lab.routersCaughtUp();
        lab.accept(lab.closed(EAST, 0, 1, 2));
        lab.accept(lab.applied(WEST, 1, 0, 1, 2));
        lab.accept(lab.opened(WEST, 0, 1, 2));
        lab.cancel();
        lab.routersCaughtUp();
        assertThat(lab.name()).isEqualTo(ROUTED);

        lab.accept(lab.hash(EAST, true, "aa", 0, 1, 2));
        lab.accept(lab.hash(WEST, false, "aa", 0, 1, 2));

        assertThat(lab.name()).isEqualTo(ROLLED_BACK);
        assertThat(lab.run().certificate().orElseThrow().verdict()).isEqualTo(Certificate.Verdict.NOTHING_LOST);
        assertThat(lab.shard(3).frozenBy()).isEmpty();
    }

    @Test
    void rowsThatDifferAfterTheMoveAreARunsProblem() {
        MoveLab lab = MoveLab.at(ROUTED);
        lab.routersCaughtUp();

        lab.accept(lab.hash(EAST, true, "aa", 0, 1, 2));
        lab.accept(lab.hash(WEST, false, "aa", 0, 1));
        lab.accept(lab.hash(WEST, false, "bb", 2));

        assertThat(lab.name()).isEqualTo(DONE);
        assertThat(lab.run().certificate().orElseThrow().verdict()).isEqualTo(Certificate.Verdict.NOT_PROVEN);
        assertThat(lab.run().problem().orElseThrow()).contains("shards 2", "differ");
    }

    @Test
    void aMoveInsideARegionChangesPlacementOnly() {
        MoveLab lab = MoveLab.ready();

        lab.start("0-1", "east-2");
        assertThat(lab.name()).isEqualTo(ROUTED);
        lab.routersCaughtUp();

        assertThat(lab.name()).isEqualTo(DONE);
        assertThat(lab.shard(0).ownership().epoch()).isEqualTo(Epoch.FIRST);
        assertThat(lab.shard(0).zone()).isEqualTo(ZoneId.of("east-2"));
        assertThat(lab.run().certificate().orElseThrow().verdict()).isEqualTo(Certificate.Verdict.NOTHING_LOST);
    }

    @Test
    void aRunThatWaitsForAPersonGoesOnWhenTheRegionAnswersAfterAll() {
        MoveLab lab = MoveLab.at(ACTIVATED);
        lab.pass(Deadline.LIMIT);

        lab.accept(lab.opened(WEST, 0, 1, 2));

        assertThat(lab.name()).isEqualTo(ROUTED);
    }

    @Test
    void aRollbackThatWaitsForAPersonGoesOnToo() {
        MoveLab lab = MoveLab.at(ROLLING_BACK);
        lab.pass(Deadline.LIMIT);

        lab.accept(lab.closed(EAST, 0, 1, 2));
        lab.accept(lab.opened(EAST, 0, 1, 2));

        assertThat(lab.name()).isEqualTo(ROLLED_BACK);
    }

    @Test
    void hashesThatDifferOrAreMissingProveNothing() {
        MoveLab lab = MoveLab.at(ROUTED);
        lab.accept(lab.hash(EAST, true, "aa", 0, 1, 2));
        lab.accept(lab.hash(WEST, false, "bb", 0));
        lab.accept(lab.hash(WEST, false, "aa", 1));

        lab.proofsOver();

        Certificate certificate = lab.run().certificate().orElseThrow();
        assertThat(certificate.verdict()).isEqualTo(Certificate.Verdict.NOT_PROVEN);
        assertThat(certificate.reasons())
                .containsExactlyInAnyOrder(
                        "shards 0: the rows differ before and after",
                        "shards 2: west reported no hash from after the move in time");
    }

    @Test
    void aHashThatWasNotTakenIsWaitedForAndGivesWayToOneThatWas() {
        MoveLab lab = MoveLab.at(ROUTED);
        lab.routersCaughtUp();
        lab.accept(lab.hash(WEST, false, "aa", 0, 1, 2));
        lab.accept(lab.hash(EAST, true, "aa", 0, 1));

        lab.accept(lab.noHash(EAST, true, "no snapshot", 2));
        assertThat(lab.name()).isEqualTo(ROUTED);
        lab.accept(lab.noHash(EAST, true, "again none", 0));
        lab.accept(lab.hash(EAST, true, "aa", 2));

        assertThat(lab.name()).isEqualTo(DONE);
        assertThat(lab.run().certificate().orElseThrow().verdict()).isEqualTo(Certificate.Verdict.NOTHING_LOST);
    }

    @Test
    void lateDeadlinesAndReportsOfAnEndedRunChangeNothing() {
        MoveLab lab = MoveLab.at(FENCING);
        var late = new Command.DeadlinePassed(lab.tick(), "mv-1", HOLDING, 1, Deadline.LIMIT);

        assertThat(lab.accept(late).events()).isEmpty();

        assertThat(lab.name()).isEqualTo(FENCING);
    }

    @Test
    void onlyWhatTeachesSomethingIsWorthProposing() {
        MoveLab lab = MoveLab.at(FENCING);
        Command.Report all = lab.closed(EAST, 0, 1, 2);
        assertThat(ReportDecider.useful(lab.state(), all).fences()).hasSize(3);
        lab.accept(lab.closed(EAST, 0));

        Command.Report useful = ReportDecider.useful(lab.state(), all);

        assertThat(useful.fences().stream().map(Command.FenceSeen::shard))
                .containsExactly(ShardId.of(1), ShardId.of(2));
    }
}
