package io.meridian.control.switching;

import static io.meridian.control.switching.FailoverLab.EAST;
import static io.meridian.control.switching.FailoverLab.LOST;
import static io.meridian.control.switching.FailoverLab.NORTH;
import static io.meridian.control.switching.FailoverLab.WEST;
import static io.meridian.control.switching.StateName.ACTIVATED;
import static io.meridian.control.switching.StateName.ALIGNING;
import static io.meridian.control.switching.StateName.DONE;
import static io.meridian.control.switching.StateName.EXPIRING;
import static io.meridian.control.switching.StateName.GATHERING;
import static io.meridian.control.switching.StateName.NEEDS_OPERATOR;
import static io.meridian.control.switching.StateName.ROUTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.certificate.RunFacts;
import io.meridian.control.clock.Standing;
import io.meridian.control.command.Command;
import io.meridian.control.failover.Exposures;
import io.meridian.control.failover.MaxLoss;
import io.meridian.control.state.RegionLease;
import io.meridian.control.switching.SwitchTable.Deadline;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.StoreId;
import io.meridian.topology.certificate.Consistency;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class FailoverTest {
    record Refusal(
            String what,
            Consumer<FailoverLab> given,
            Function<FailoverLab, Command> when,
            ProblemType type,
            String says) {
        @Override
        public String toString() {
            return what;
        }
    }

    static final List<Refusal> REFUSALS = List.of(
            new Refusal(
                    "a region that is not known",
                    _ -> {},
                    lab -> lab.command(RegionId.of("south")),
                    ProblemType.UNKNOWN_REGION,
                    "there is no region 'south'; regions are east, west, north"),
            new Refusal(
                    "a target that is not known",
                    _ -> {},
                    lab -> lab.command(EAST, Optional.of(RegionId.of("south")), MaxLoss.none(), ""),
                    ProblemType.UNKNOWN_REGION,
                    "there is no region 'south'"),
            new Refusal(
                    "to where it is lost",
                    _ -> {},
                    lab -> lab.command(EAST, Optional.of(EAST), MaxLoss.none(), ""),
                    ProblemType.INVALID_ARGUMENT,
                    "cannot take over"),
            new Refusal(
                    "a region that is alive",
                    lab -> lab.agent(EAST, true),
                    lab -> lab.command(EAST),
                    ProblemType.REGION_ALIVE,
                    "region east is alive: the sync agent of its main renews its lease"),
            new Refusal(
                    "while the brake is on",
                    lab -> lab.accept(new Command.Brake("b", lab.lab.tick(), "let us think")),
                    lab -> lab.command(EAST),
                    ProblemType.BRAKE_ON,
                    "let us think"),
            new Refusal(
                    "twice",
                    FailoverLab::failOver,
                    lab -> lab.command(EAST),
                    ProblemType.FAILOVER_RUNS,
                    "run mv-1 fails"),
            new Refusal(
                    "when nobody is there",
                    lab -> {
                        lab.agent(WEST, false);
                        lab.agent(NORTH, false);
                    },
                    lab -> lab.command(EAST),
                    ProblemType.NO_ROOM,
                    "nobody can take over shards 0-3: region west has no sync agent connected"),
            new Refusal(
                    "when the wanted one is not there",
                    lab -> lab.agent(WEST, false),
                    lab -> lab.command(EAST, Optional.of(WEST), MaxLoss.none(), ""),
                    ProblemType.NO_ROOM,
                    "region west has no sync agent connected"),
            new Refusal(
                    "more seconds than may be",
                    lab -> {
                        lab.agent(WEST, true, 5000);
                        lab.agent(NORTH, true, 4000);
                    },
                    lab -> lab.command(EAST, Optional.empty(), new MaxLoss(Optional.empty(), Optional.of(2000L)), ""),
                    ProblemType.LOSS_EXCEEDED,
                    "the last 3.9"),
            new Refusal(
                    "more rows than may be",
                    _ -> {},
                    lab -> lab.command(EAST, Optional.empty(), new MaxLoss(Optional.of(9L), Optional.empty()), ""),
                    ProblemType.LOSS_EXCEEDED,
                    "about 10 records of unknown size would be lost, and at most 9 rows may be"));

    @ParameterizedTest
    @FieldSource("REFUSALS")
    void itIsRefused(Refusal each) {
        FailoverLab lab = FailoverLab.lost();
        each.given().accept(lab);

        var why = lab.refuse(each.when().apply(lab));

        assertThat(why.type()).isEqualTo(each.type());
        assertThat(why.detail()).contains(each.says());
    }

    @Test
    void aRegionThatOwnsNothingCannotBeFailedOver() {
        FailoverLab lab = FailoverLab.at(DONE);
        lab.lab.pass(Deadline.LIMIT);

        assertThat(lab.refuse(lab.command(EAST)).type()).isEqualTo(ProblemType.NOTHING_TO_MOVE);
    }

    @Test
    void aRegionThatIsAliveTakesForceAndAReason() {
        FailoverLab lab = FailoverLab.ready();
        Command.StartFailover forced = lab.command(EAST, Optional.empty(), MaxLoss.none(), "it answers nobody");
        assertThat(forced.secondPerson()).isTrue();

        lab.accept(forced);

        assertThat(lab.name()).isEqualTo(EXPIRING);
    }

    @Test
    void startingRevokesTheLeaseAndFreezesWithoutWithdrawing() {
        FailoverLab lab = FailoverLab.at(EXPIRING);

        assertThat(lab.lease(EAST).lease()).isEqualTo(RegionLease.Lease.REVOKING);
        assertThat(lab.lease(WEST).lease()).isEqualTo(RegionLease.Lease.ACTIVE);
        for (int shard : LOST) {
            assertThat(lab.shard(shard).frozenBy()).contains("mv-1");
            assertThat(lab.shard(shard).ownership()).isInstanceOf(Ownership.Grant.class);
        }
        assertThat(lab.refuse(renewal(lab)).detail()).contains("is REVOKING");
    }

    private static Command.RenewLease renewal(FailoverLab lab) {
        return new Command.RenewLease(lab.lab.tick(), EAST, "main", "i", 1, Duration.ofSeconds(20));
    }

    @Test
    void theLeaseIsCountedFromTheLastRenewalForTheLongestThatAnyWasFor() {
        FailoverLab lab = FailoverLab.lost();
        lab.accept(renewal(lab));
        Standing before = standing(lab);
        lab.failOver();
        Standing after = standing(lab);

        assertThat(before.then()).as("only counted while it is good").isEmpty();
        assertThat(after.what()).as("and not anew when it is revoked").isEqualTo(before.what());
        assertThat(after.limit()).isEqualTo(Duration.ofMillis(20_200));
        assertThat(after.then()).containsInstanceOf(Command.ExpireLease.class);
    }

    @Test
    void aRegionWhoseLeaseWasNotRenewedForItsTimeIsNotAliveHoweverItsAgentIsHeardUntilTheNextRenewal() {
        FailoverLab lab = FailoverLab.lost();
        lab.accept(renewal(lab));
        lab.agent(EAST, true);
        assertThat(lab.refuse(lab.command(EAST)).type()).isEqualTo(ProblemType.REGION_ALIVE);

        Command lapse = Standing.of(lab.state(), lab.lab.tick()).stream()
                .flatMap(standing -> standing.then().stream())
                .filter(then -> then instanceof Command.LapseLease lease
                        && lease.store().equals(StoreId.of("east")))
                .findFirst()
                .orElseThrow();
        lab.accept(lapse);
        assertThat(lab.lease(EAST).lapsed()).isTrue();
        assertThat(lab.lease(EAST).lease()).isEqualTo(RegionLease.Lease.ACTIVE);

        lab.accept(renewal(lab));
        lab.accept(lapse);
        assertThat(lab.refuse(lab.command(EAST)).type())
                .as("one that was counted before the renewal says nothing")
                .isEqualTo(ProblemType.REGION_ALIVE);
    }

    @Test
    void aRenewalStartsTheCountAnew() {
        FailoverLab lab = FailoverLab.lost();
        lab.accept(renewal(lab));
        String before = standing(lab).what();
        lab.accept(renewal(lab));

        assertThat(standing(lab).what()).isNotEqualTo(before);
    }

    private static Standing standing(FailoverLab lab) {
        return Standing.of(lab.state(), lab.lab.tick()).stream()
                .filter(standing -> standing.what().startsWith("lease east "))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anExpiryThatWasCountedFromAnEarlierRenewalChangesNothing() {
        FailoverLab lab = FailoverLab.lost();
        lab.accept(renewal(lab));
        lab.failOver();

        lab.accept(new Command.ExpireLease(lab.lab.tick(), StoreId.of("east"), 1, 0));
        lab.accept(new Command.ExpireLease(lab.lab.tick(), StoreId.of("east"), 2, 1));
        assertThat(lab.lease(EAST).lease()).isEqualTo(RegionLease.Lease.REVOKING);

        lab.accept(new Command.ExpireLease(lab.lab.tick(), StoreId.of("east"), 1, 1));
        assertThat(lab.lease(EAST).lease()).isEqualTo(RegionLease.Lease.EXPIRED);
    }

    @Test
    void anExpiryOfALeaseThatNobodyRevokedChangesNothing() {
        FailoverLab lab = FailoverLab.lost();

        lab.accept(new Command.ExpireLease(lab.lab.tick(), StoreId.of("east"), 1, 0));

        assertThat(lab.lease(EAST).lease()).isEqualTo(RegionLease.Lease.ACTIVE);
    }

    @Test
    void expiryWithdrawsWhatTheRegionOwnsAndGatheringWaitsForWhatWasAdmitted() {
        FailoverLab lab = FailoverLab.at(EXPIRING);
        assertThat(SwitchTable.limits(lab.state(), lab.run())).isEmpty();

        lab.expire(EAST);

        assertThat(lab.name()).isEqualTo(EXPIRING);
        assertThat(lab.lease(EAST).data()).isEqualTo(RegionLease.Data.REJOINING);
        assertThat(lab.shard(0).ownership())
                .isEqualTo(new Ownership.Withdrawal(
                        ShardId.of(0),
                        Epoch.of(2),
                        new Ownership.Grant(ShardId.of(0), Epoch.FIRST, EAST, new Base.None()),
                        "mv-1"));
        assertThat(SwitchTable.limits(lab.state(), lab.run()))
                .containsExactly(new SwitchTable.Limit(Deadline.PATIENCE, Duration.ofMillis(4030)));
    }

    @Test
    void patienceBeforeTheLeaseIsOverMeansNothing() {
        FailoverLab lab = FailoverLab.at(EXPIRING);

        lab.lab.pass(Deadline.PATIENCE);

        assertThat(lab.name()).isEqualTo(EXPIRING);
    }

    record Case(String behaviour, StateName given, Consumer<FailoverLab> when, StateName then) {
        @Override
        public String toString() {
            return given + " " + behaviour;
        }
    }

    static final List<Case> TRANSITIONS = List.of(
            new Case("waits for every survivor", GATHERING, lab -> lab.answers(WEST, 50, LOST), GATHERING),
            new Case(
                    "goes on when all answered",
                    GATHERING,
                    lab -> {
                        lab.answers(WEST, 50, LOST);
                        lab.answers(NORTH, 60, LOST);
                    },
                    ALIGNING),
            new Case(
                    "needs no time when each target has the cut",
                    GATHERING,
                    lab -> {
                        lab.answers(WEST, 60, LOST);
                        lab.answers(NORTH, 60, LOST);
                    },
                    ACTIVATED),
            new Case(
                    "waits for every shard",
                    GATHERING,
                    lab -> {
                        lab.answers(WEST, 50, 0, 1, 2);
                        lab.answers(NORTH, 60, LOST);
                    },
                    GATHERING),
            new Case(
                    "does without those that do not answer",
                    GATHERING,
                    lab -> {
                        lab.answers(WEST, 50, LOST);
                        lab.lab.pass(Deadline.PATIENCE);
                    },
                    ACTIVATED),
            new Case("has no patience without an answer", GATHERING, lab -> lab.lab.pass(Deadline.PATIENCE), GATHERING),
            new Case(
                    "does not wait for one that is gone",
                    GATHERING,
                    lab -> {
                        lab.agent(NORTH, false);
                        lab.answers(WEST, 50, LOST);
                    },
                    ACTIVATED),
            new Case("calls a person when it lasts", GATHERING, lab -> lab.lab.pass(Deadline.LIMIT), NEEDS_OPERATOR),
            new Case(
                    "goes on by itself when answers come after all",
                    NEEDS_OPERATOR,
                    lab -> {
                        lab.answers(WEST, 50, LOST);
                        lab.answers(NORTH, 60, LOST);
                    },
                    ALIGNING),
            new Case("is asked anew when retried", NEEDS_OPERATOR, FailoverTest::retry, GATHERING),
            new Case("waits for every head", ALIGNING, lab -> lab.head(lab.target(0), 1, 60, 0), ALIGNING),
            new Case("is not at the cut below it", ALIGNING, lab -> heads(lab, 59), ALIGNING),
            new Case("is not at the cut beyond it", ALIGNING, lab -> heads(lab, 61), ALIGNING),
            new Case("activates at the cut", ALIGNING, lab -> heads(lab, 60), ACTIVATED),
            new Case("gathers anew when it lasts", ALIGNING, lab -> lab.lab.pass(Deadline.LIMIT), GATHERING),
            new Case("gathers anew when one is gone", ALIGNING, lab -> lab.agent(NORTH, false), GATHERING),
            new Case("routes when all are open", ACTIVATED, FailoverLab::open, ROUTED));

    private static void heads(FailoverLab lab, long lsn) {
        for (int shard : LOST) {
            lab.head(lab.target(shard), 1, lsn, shard);
        }
    }

    private static void retry(FailoverLab lab) {
        lab.accept(new Command.RetryRun("r", lab.lab.tick(), lab.run().id()));
    }

    @ParameterizedTest
    @FieldSource("TRANSITIONS")
    void transition(Case each) {
        FailoverLab lab = FailoverLab.at(each.given());
        assertThat(lab.name()).isEqualTo(each.given());

        each.when().accept(lab);

        assertThat(lab.name()).isEqualTo(each.then());
    }

    @Test
    void theCutIsTheFurthestAnswerAndItsHolderTheOneWhoHasIt() {
        FailoverLab lab = FailoverLab.at(ALIGNING);
        var aligning = (SwitchState.Aligning) lab.run().state();

        for (int shard : LOST) {
            assertThat(aligning.cuts().get(ShardId.of(shard))).isEqualTo(FailoverLab.cut(60));
            assertThat(aligning.holders().get(ShardId.of(shard))).isNotEqualTo(lab.target(shard));
        }
        assertThat(aligning.unclean()).hasSize(4);
        assertThat(lab.run().failover().orElseThrow().exposure().orElseThrow().millis())
                .hasValueSatisfying(millis -> assertThat(millis).isBetween(300L, 500L));
    }

    @Test
    void ownerEpochAndBaseAreCommittedTogetherAndRoutersHearOfItWhenItIsOpen() {
        FailoverLab lab = FailoverLab.at(ACTIVATED);

        for (int shard : LOST) {
            lab.assertGranted(shard, lab.target(shard), 3, FailoverLab.cut(60));
            assertThat(lab.shard(shard).zone().name()).isEqualTo("east-1");
        }
        lab.open();
        for (int shard : LOST) {
            assertThat(lab.shard(shard).frozenBy()).isEmpty();
            assertThat(lab.shard(shard).zone().name())
                    .startsWith(lab.target(shard).name());
        }
    }

    @Test
    void theCertificateOfACutProvesNothingAndContradictsNothing() {
        FailoverLab lab = FailoverLab.at(DONE);
        assertThat(lab.name()).isEqualTo(DONE);

        assertThat(lab.run().certificate().orElseThrow().verdict()).isEqualTo(Certificate.Verdict.NOT_PROVEN);
        assertThat(lab.run().certificate().orElseThrow().reasons())
                .anySatisfy(why -> assertThat(why).contains("shards 0-3: it goes on from a cut"))
                .anySatisfy(why -> assertThat(why).contains("left behind, as far as it is known: the last "));
        assertThat(Consistency.of(RunFacts.of(lab.run()).orElseThrow()).contradictions())
                .isEmpty();
    }

    @Test
    void aCopyThatHasTheCloseMakesACleanBase() {
        FailoverLab lab = FailoverLab.at(GATHERING);

        lab.answersClosed(WEST, 60, LOST);
        lab.answers(NORTH, 50, LOST);

        assertThat(((SwitchState.Aligning) lab.run().state()).unclean()).isEmpty();
        assertThat(lab.run().failover().orElseThrow().exposure().orElseThrow().millis())
                .contains(0L);
    }

    @Test
    void answersToAnEarlierAttemptOrOfAnotherRunMeanNothing() {
        FailoverLab lab = FailoverLab.at(GATHERING);
        var old = lab.seen(0, Optional.of(FailoverLab.cut(70)), false, "");
        lab.lab.pass(Deadline.LIMIT);
        retry(lab);

        lab.gather(WEST, new int[] {0}, _ -> old);

        assertThat(((SwitchState.Gathering) lab.run().state()).answers()).isEmpty();
        assertThat(((SwitchState.Gathering) lab.run().state()).attempt()).isEqualTo(2);
    }

    @Test
    void aFurtherAttemptMayCutLower() {
        FailoverLab lab = FailoverLab.at(ALIGNING);
        lab.agent(NORTH, false);
        lab.answers(WEST, 50, LOST);

        for (int shard : LOST) {
            lab.assertGranted(shard, WEST, 3, FailoverLab.cut(50));
        }
    }

    @Test
    void aTargetThatCannotBeBuiltOnIsReplacedByOneThatAnswered() {
        FailoverLab lab = FailoverLab.at(GATHERING);

        lab.answersProblem(WEST, "shard is stopped", LOST);
        lab.answers(NORTH, 50, LOST);

        for (int shard : LOST) {
            lab.assertGranted(shard, NORTH, 3, FailoverLab.cut(50));
        }
        assertThat(lab.run().steps().stream().map(Run.Step::note))
                .anyMatch(note -> note.contains("go to north-1 instead"));
    }

    @Test
    void answersWithoutAnOrderAreNotGuessedAt() {
        FailoverLab lab = FailoverLab.at(GATHERING);
        lab.answers(WEST, 50, LOST);
        var other = new Base.At(EAST, Epoch.FIRST, new io.meridian.topology.ownership.Position("other", 1, 0));
        lab.gather(NORTH, LOST, shard -> lab.seen(shard, Optional.of(other), false, ""));

        assertThat(lab.name()).isEqualTo(GATHERING);
        lab.lab.pass(Deadline.LIMIT);
        assertThat(lab.run().problem().orElseThrow()).contains("two incarnations");
    }

    @Test
    void whatNobodyEverHadIsBuiltOnNothing() {
        FailoverLab lab = FailoverLab.at(GATHERING);

        lab.answersNothing(WEST, LOST);
        lab.answersNothing(NORTH, LOST);

        for (int shard : LOST) {
            lab.assertGranted(shard, lab.target(shard), 3, new Base.None());
        }
        assertThat(lab.state().losses().unclean()).hasSize(4);
    }

    @Test
    void theLostRegionsOwnWordCountsOnlyWhenItIsClosed() {
        FailoverLab lab = FailoverLab.at(GATHERING);
        lab.agent(EAST, true);

        lab.answers(EAST, 99, LOST);
        lab.answers(WEST, 50, LOST);
        lab.answers(NORTH, 60, LOST);
        assertThat(lab.name()).as("it is there, so it is waited for a little").isEqualTo(GATHERING);

        lab.close(LOST);
        assertThat(lab.name()).isEqualTo(ALIGNING);
        var aligning = (SwitchState.Aligning) lab.run().state();
        for (int shard : LOST) {
            assertThat(aligning.cuts().get(ShardId.of(shard))).isEqualTo(FailoverLab.cut(100 + shard));
            assertThat(aligning.holders().get(ShardId.of(shard))).isEqualTo(EAST);
        }
        assertThat(aligning.unclean()).isEmpty();
    }

    @Test
    void aCloseThatNobodyCanGiveIsNoBase() {
        FailoverLab lab = FailoverLab.at(GATHERING);
        lab.close(LOST);

        lab.answers(WEST, 50, LOST);
        lab.answers(NORTH, 60, LOST);

        var aligning = (SwitchState.Aligning) lab.run().state();
        assertThat(aligning.cuts().get(ShardId.of(0))).isEqualTo(FailoverLab.cut(60));
        assertThat(aligning.unclean()).hasSize(4);
    }

    @Test
    void theLostRegionOwnsAgainWhenItIsBackWholeAndNobodyElseCan() {
        FailoverLab lab = FailoverLab.at(GATHERING);
        lab.agent(WEST, false);
        lab.agent(NORTH, false);
        lab.agent(EAST, true);
        lab.close(0, 1, 2);
        lab.lab.pass(Deadline.PATIENCE);
        assertThat(lab.name()).as("one of its shards is not closed").isEqualTo(GATHERING);

        lab.close(3);

        for (int shard : LOST) {
            lab.assertGranted(shard, EAST, 3, FailoverLab.cut(100 + shard));
        }
        assertThat(lab.lease(EAST).fit()).isTrue();
        assertThat(lab.lease(EAST).generation()).isEqualTo(2);
        lab.open();
        lab.routersCaughtUp();
        assertThat(lab.name()).isEqualTo(DONE);
        assertThat(lab.run().counts()).isEqualTo(new Run.Counts(0, 4));
        assertThat(Consistency.of(RunFacts.of(lab.run()).orElseThrow()).contradictions())
                .isEmpty();
    }

    @Test
    void moreThanMayBeLostCallsAPersonWhoMayTakeIt() {
        FailoverLab lab = FailoverLab.lost();
        lab.accept(lab.command(EAST, Optional.empty(), new MaxLoss(Optional.empty(), Optional.of(100L)), ""));
        lab.expire(EAST);
        lab.lab.pass(Deadline.PATIENCE);

        lab.answers(WEST, 50, LOST);
        lab.answers(NORTH, 60, LOST);

        assertThat(lab.name()).isEqualTo(NEEDS_OPERATOR);
        assertThat(lab.run().problem().orElseThrow()).contains("would be lost, and at most 0.1 s may be");
        retry(lab);
        lab.answers(WEST, 50, LOST);
        lab.answers(NORTH, 60, LOST);
        assertThat(lab.name()).as("a retry alone accepts nothing").isEqualTo(NEEDS_OPERATOR);
        var forced = new Command.RetryRun("f", lab.lab.tick(), lab.run().id(), true);
        assertThat(forced.secondPerson()).isTrue();
        lab.accept(forced);
        lab.answers(WEST, 50, LOST);
        lab.answers(NORTH, 60, LOST);
        assertThat(lab.name()).isEqualTo(ALIGNING);
        assertThat(lab.run().problem()).isEmpty();
    }

    @Test
    void cancelIsRefusedFromTheRevocationOn() {
        for (StateName state : List.of(EXPIRING, GATHERING, ALIGNING, NEEDS_OPERATOR)) {
            FailoverLab lab = FailoverLab.at(state);
            var why = lab.refuse(
                    new Command.CancelRun("c", lab.lab.tick(), lab.run().id()));
            assertThat(why.type()).isEqualTo(ProblemType.RUN_PAST_NO_RETURN);
            assertThat(why.detail()).contains("move the shards back when it is DONE");
        }
    }

    @Test
    void whatWouldBeLostIsTheTimeBetweenTheLastWordAndTheNewestHeartbeatOfTheBestSurvivor() {
        FailoverLab lab = FailoverLab.lost();

        var exposure = Exposures.now(lab.state(), FailoverLab.topology(), EAST);

        assertThat(exposure.perRegion()).extracting(each -> each.region()).containsExactly("west", "north");
        assertThat(exposure.records()).contains(10L);
        assertThat(exposure.rows()).isEmpty();
        assertThat(exposure.millis()).isPresent();
    }
}
