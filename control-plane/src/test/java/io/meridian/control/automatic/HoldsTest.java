package io.meridian.control.automatic;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.access.Actor;
import io.meridian.control.access.Role;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decision;
import io.meridian.control.raft.StateCodec;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.topology.FailoverPolicy;
import io.meridian.topology.LossBound;
import io.meridian.topology.ProblemType;
import io.meridian.topology.StoreId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of a region that looks lost, and each of the brakes. */
class HoldsTest {
    private static final Actor ALICE = Actor.of("alice", List.of(Role.OPERATOR));

    @Test
    void whereTheRegionIsAutomaticAndNothingHoldsItIsFailedOver() {
        LossLab lab = LossLab.advised(LossLab.AUTO);

        assertThat(lab.holds()).isEmpty();
        assertThat(lab.byItself()).isInstanceOf(Decision.Accepted.class);

        assertThat(lab.state().activeRuns()).hasSize(1);
        assertThat(lab.lastAudit()).isEqualTo("automatic failover: fail over east, losing at most 60000ms: done: mv-1");
        assertThat(lab.state().automatic().advices()).isEmpty();
        assertThat(lab.state().automatic().started())
                .extracting(AutomaticFailovers.Started::run)
                .containsExactly("mv-1");
        assertThat(lab.state().automatic().tripped()).isEmpty();
    }

    @Test
    void oneGenerationIsFailedOverByItselfOnce() {
        LossLab lab = LossLab.advised(LossLab.AUTO);
        lab.byItself();

        Decision again = lab.byItself();

        assertThat(((Decision.Accepted) again).events()).isEmpty();
        assertThat(lab.state().runsMade()).isEqualTo(1);
    }

    @Test
    void recommendIsLeftToPeople() {
        held(LossLab.advised(FailoverPolicy.DEFAULT), Hold.Name.POLICY);
    }

    @Test
    void theBrakeHolds() {
        LossLab lab = LossLab.advised(LossLab.AUTO);
        lab.accept(new Command.Brake(lab.key(), lab.now(), "exercise"));

        held(lab, Hold.Name.BRAKE);
    }

    @Test
    void nothingIsDoneWhenMostRegionsLookLost() {
        LossLab lab = LossLab.advised(LossLab.AUTO);
        lab.lapse(LossLab.WEST);

        held(lab, Hold.Name.MOST_LOOK_LOST);
    }

    @Test
    void halfOfTheRegionsAreNotMost() {
        LossLab lab = LossLab.advised(LossLab.AUTO, "south");
        lab.lapse(LossLab.WEST);

        assertThat(lab.holds()).isEmpty();
    }

    @Test
    void noneIsStartedBesideAnotherFailover() {
        LossLab lab = LossLab.advised(LossLab.AUTO, "south", "centre");
        lab.lose(LossLab.WEST);
        lab.accept(new Command.Asked(ALICE, "", west(lab)));

        held(lab, Hold.Name.ONE_AT_A_TIME);
    }

    @Test
    void noneIsStartedBeforeTheLastOneThatWasStartedByItselfIsBack() {
        LossLab lab = LossLab.advised(LossLab.AUTO, "south", "centre");
        lab.apply(new Event.LeaseExpired(StoreId.of("west"), "mv-9"));
        assertThat(lab.holds()).isEmpty();

        lab.apply(new Event.AutomaticFailoversChanged(lab.state()
                .automatic()
                .starting(new AutomaticFailovers.Started("mv-9", LossLab.WEST, lab.now(), false), 9)
                .with(lab.advice().advice())));

        held(lab, Hold.Name.ONE_AT_A_TIME);
    }

    @Test
    void afterSoManyWithinAnHourItIsTrippedUntilAPersonAcknowledges() {
        LossLab lab = LossLab.advised(LossLab.AUTO);
        trip(lab, Duration.ofMinutes(10));

        held(lab, Hold.Name.TRIPPED);
        lab.pass(Duration.ofDays(2));
        held(lab, Hold.Name.TRIPPED);

        lab.accept(new Command.Asked(ALICE, "", new Command.AcknowledgeFailovers(lab.key(), lab.now())));

        assertThat(lab.lastAudit()).isEqualTo("alice: acknowledge automatic failovers: done");
        assertThat(lab.holds()).isEmpty();
        assertThat(lab.byItself()).isInstanceOf(Decision.Accepted.class);
        assertThat(lab.state().automatic().tripped())
                .as("counted from the acknowledgement on")
                .isEmpty();
    }

    @Test
    void thoseOfMoreThanAnHourAgoDoNotCount() {
        LossLab lab = LossLab.advised(LossLab.AUTO);
        trip(lab, Duration.ofMinutes(61));

        assertThat(lab.state().automatic().tripped()).isEmpty();
        assertThat(lab.holds()).isEmpty();
    }

    @Test
    void moreThanMayBeLostHolds() {
        var little =
                new FailoverPolicy(FailoverPolicy.Mode.AUTO, new LossBound(Optional.empty(), Optional.of(60_000L)));
        LossLab lab = LossLab.advised(little);
        // North and west have not heard of it for long, by the heartbeats that they have.
        assertThat(lab.holds()).isEmpty();
        var strict = new Command.StartFailover(
                "k",
                lab.now(),
                LossLab.EAST,
                Optional.empty(),
                new io.meridian.control.failover.MaxLoss(Optional.empty(), Optional.of(0L)),
                false,
                "",
                lab.failover().limits(),
                Duration.ofSeconds(15),
                Duration.ofSeconds(3));
        lab.pass(Duration.ofSeconds(1));
        lab.renew(LossLab.EAST);
        Advice advice = lab.state().automatic().advice(LossLab.EAST).orElseThrow();

        List<Hold> holds = Holds.of(
                lab.state(),
                lab.declared(),
                new Advice(advice.region(), advice.since(), advice.sights(), advice.renewals(), strict),
                lab.now());

        assertThat(holds).extracting(Hold::name).containsExactly(Hold.Name.REFUSED);
        assertThat(holds.getFirst().says()).contains("would be lost, and at most 0.0 s may be");
    }

    @Test
    void nobodyWithRoomHolds() {
        LossLab lab = LossLab.advised(LossLab.AUTO);
        lab.apply(new Event.LeaseRevoked(StoreId.of("west")));
        lab.apply(new Event.LeaseRevoked(StoreId.of("north")));

        held(lab, Hold.Name.REFUSED);
    }

    @Test
    void aPersonsFailoverIsHeldByNoneOfThese() {
        LossLab lab = LossLab.advised(FailoverPolicy.DEFAULT);
        trip(lab, Duration.ofMinutes(10));

        assertThat(lab.submit(new Command.Asked(ALICE, "", lab.failover()))).isInstanceOf(Decision.Accepted.class);
        assertThat(lab.state().automatic().started())
                .hasSize(2)
                .allMatch(one -> one.run().startsWith("old-"));
    }

    @Test
    void withoutARecommendationNothingIsDone() {
        LossLab lab = LossLab.lost(LossLab.AUTO);

        Decision refused = lab.byItself();

        assertThat(((Decision.Refused) refused).why().type()).isEqualTo(ProblemType.NOT_READY);
    }

    @Test
    void aRecommendationIsToldInTheAuditWhenItComesAndWhenItGoes() {
        LossLab lab = LossLab.advised(FailoverPolicy.DEFAULT);
        assertThat(lab.lastAudit())
                .startsWith("automatic failover: recommend to fail over east, which looks lost since ")
                .endsWith(": done: held by the failover policy of east is recommend: a person starts it");
        assertThat(lab.state().audit().entries().getLast().why())
                .isEqualTo("west has heard nothing from east for 4.0 s; north has heard nothing from east for 4.0 s");
        long entries = lab.state().audit().count();

        lab.advise();
        assertThat(lab.state().audit().count()).as("told once").isEqualTo(entries);

        lab.accept(new Command.WithdrawAdvice(lab.now(), LossLab.EAST, "it is heard again"));
        assertThat(lab.lastAudit()).isEqualTo("automatic failover: recommend no more to fail over east: done");
        assertThat(lab.state().automatic().advices()).isEmpty();
    }

    @Test
    void aRecommendationThatARenewalOvertookMeansNothing() {
        LossLab lab = LossLab.lost(FailoverPolicy.DEFAULT);
        Command.AdviseFailover late = lab.advice();
        lab.renew(LossLab.EAST);

        lab.accept(late);

        assertThat(lab.state().automatic().advices()).isEmpty();
    }

    @Test
    void aRenewalBehindTheRecommendationHoldsToo() {
        LossLab lab = LossLab.advised(LossLab.AUTO);
        lab.renew(LossLab.EAST);

        Decision refused = lab.byItself();

        assertThat(((Decision.Refused) refused).why().type()).isEqualTo(ProblemType.NOT_READY);
        assertThat(lab.state().runsMade()).isZero();
    }

    @Test
    void lettingARegionFailOverByItselfTakesTwoPersons() {
        LossLab lab = LossLab.of(FailoverPolicy.DEFAULT);

        Decision.Accepted waits = lab.accept(new Command.Asked(
                ALICE, "tested", new Command.ApplyTopology(lab.key(), lab.now(), lab.topology(LossLab.AUTO, 2))));
        assertThat(waits.receipt().approval()).isEqualTo("ap-1");

        LossLab automatic = LossLab.of(LossLab.AUTO);
        assertThat(topology(automatic, LossLab.AUTO, 3).receipt().approval())
                .as("more often")
                .isEqualTo("ap-1");
        assertThat(topology(automatic, FailoverPolicy.DEFAULT, 3).receipt().approval())
                .as("taking it back")
                .isEmpty();
    }

    private static Decision.Accepted topology(LossLab lab, FailoverPolicy east, int perHour) {
        return lab.accept(new Command.Asked(
                ALICE, "tested", new Command.ApplyTopology(lab.key(), lab.now(), lab.topology(east, perHour))));
    }

    @Test
    void allOfItIsReadAgainAsItWasWritten() throws IOException {
        LossLab lab = LossLab.advised(LossLab.AUTO);
        trip(lab, Duration.ofMinutes(10));
        var codec = new StateCodec();
        var out = new ByteArrayOutputStream();

        codec.write(lab.state(), out);

        ControlState read = codec.read(new ByteArrayInputStream(out.toByteArray()));
        assertThat(read.automatic()).isEqualTo(lab.state().automatic());
        assertThat(read.declared()).isEqualTo(lab.state().declared());
        assertThat(read.agents()).isEqualTo(lab.state().agents());
        Command.AdviseFailover advise = lab.advice();
        assertThat(codec.command(codec.encode(advise))).isEqualTo(advise);
    }

    /** It is shown, and where it is decided it is refused too. */
    private static void held(LossLab lab, Hold.Name by) {
        assertThat(lab.holds()).containsExactly(by);
        ControlState before = lab.state();

        assertThat(lab.byItself()).isInstanceOf(Decision.Refused.class);

        assertThat(lab.state().shards()).isEqualTo(before.shards());
        assertThat(lab.state().leases()).isEqualTo(before.leases());
        assertThat(lab.state().runsMade()).isEqualTo(before.runsMade());
    }

    private static void trip(LossLab lab, Duration ago) {
        var first =
                new AutomaticFailovers.Started("old-1", LossLab.WEST, lab.now().minus(ago), false);
        var second = new AutomaticFailovers.Started("old-2", LossLab.NORTH, lab.now(), false);
        AutomaticFailovers automatic = lab.state().automatic();
        lab.apply(new Event.AutomaticFailoversChanged(new AutomaticFailovers(
                automatic.advices(),
                automatic.starting(first, 2).starting(second, 2).started(),
                automatic.starting(first, 2).starting(second, 2).tripped())));
    }

    private static Command.StartFailover west(LossLab lab) {
        Command.StartFailover east = lab.failover();
        return new Command.StartFailover(
                lab.key(),
                lab.now(),
                LossLab.WEST,
                Optional.empty(),
                east.maxLoss(),
                false,
                "",
                east.limits(),
                east.lease(),
                east.transactionLimit());
    }
}
