package io.meridian.control.switching;

import static io.meridian.control.switching.FailoverLab.EAST;
import static io.meridian.control.switching.FailoverLab.NORTH;
import static io.meridian.control.switching.FailoverLab.WEST;
import static io.meridian.control.switching.StateName.ACTIVATED;
import static io.meridian.control.switching.StateName.CATCHING_UP;
import static io.meridian.control.switching.StateName.DONE;
import static io.meridian.control.switching.StateName.FENCING;
import static io.meridian.control.switching.StateName.HOLDING;
import static io.meridian.control.switching.StateName.ROLLED_BACK;
import static io.meridian.control.switching.StateName.ROLLING_BACK;
import static io.meridian.control.switching.StateName.ROUTED;
import static io.meridian.control.switching.StateName.SUPERSEDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.certificate.RunFacts;
import io.meridian.control.command.Command;
import io.meridian.control.switching.SwitchTable.Deadline;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.certificate.Consistency;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A move is under way when a region is lost. */
class SupersedingTest {
    /** @param move shard to zone */
    private static FailoverLab moving(StateName wanted, Map<Integer, String> move) {
        FailoverLab lab = FailoverLab.ready();
        lab.lab.start(move);
        if (wanted == HOLDING) {
            return lab;
        }
        lab.routersCaughtUp();
        if (wanted == FENCING) {
            return lab;
        }
        if (wanted == ROLLING_BACK) {
            lab.lab.cancel();
            return lab;
        }
        for (Plan.ShardMove each : lab.run().presentWave().moves()) {
            lab.accept(lab.lab.closed(each.fromRegion(), each.shard().number()));
        }
        if (wanted == CATCHING_UP) {
            return lab;
        }
        for (Plan.ShardMove each : lab.run().presentWave().moves()) {
            lab.accept(lab.lab.applied(
                    lab.run().plan().target(each).region(),
                    each.epoch().number(),
                    each.shard().number()));
        }
        if (wanted == ACTIVATED) {
            return lab;
        }
        lab.open();
        return lab;
    }

    private static void lose(FailoverLab lab, RegionId region) {
        lab.agent(region, false);
        lab.accept(lab.command(region));
        if (lab.lease(region).lease() == io.meridian.control.state.RegionLease.Lease.REVOKING) {
            lab.expire(region);
            lab.lab.pass(Deadline.PATIENCE);
        }
    }

    private static Run first(FailoverLab lab) {
        return lab.state().run("mv-1").orElseThrow();
    }

    private static void ended(FailoverLab lab) {
        assertThat(Consistency.of(RunFacts.of(first(lab)).orElseThrow()).contradictions())
                .isEmpty();
    }

    @Test
    void whatHoldsRequestsLetsThemGoAndTheFailoverFreezesTheLostOnes() {
        FailoverLab lab = moving(HOLDING, Map.of(0, "west-1"));

        lose(lab, EAST);

        assertThat(first(lab).state().name()).isEqualTo(ROLLED_BACK);
        assertThat(first(lab).problem())
                .hasValueSatisfying(why -> assertThat(why).contains("region east is lost"));
        assertThat(lab.shard(0).frozenBy()).contains("mv-2");
    }

    @Test
    void aMoveThatHasNothingToDoWithItGoesOn() {
        FailoverLab lab = moving(FENCING, Map.of(4, "north-1"));

        lose(lab, EAST);

        assertThat(first(lab).state().name()).isEqualTo(FENCING);
        assertThat(lab.shard(4).frozenBy()).contains("mv-1");
    }

    @Test
    void whatWasWithdrawnFromTheLostRegionStaysWithdrawnAtItsEpochAndIsTheFailovers() {
        for (StateName place : List.of(FENCING, CATCHING_UP, ROLLING_BACK)) {
            FailoverLab lab = moving(place, Map.of(0, "west-1", 1, "west-1"));

            lose(lab, EAST);

            assertThat(first(lab).state().name()).as(place.name()).isEqualTo(SUPERSEDED);
            ended(lab);
            assertThat(lab.shard(0).ownership()).isInstanceOfSatisfying(Ownership.Withdrawal.class, withdrawal -> {
                assertThat(withdrawal.epoch()).isEqualTo(Epoch.of(2));
                assertThat(withdrawal.run()).isEqualTo("mv-2");
            });
            assertThat(lab.shard(0).frozenBy()).contains("mv-2");
            gatherAndFinish(lab);
            lab.assertGranted(0, lab.target(0), 3, FailoverLab.cut(60));
        }
    }

    @Test
    void whatWasWithdrawnTowardsTheLostRegionGoesBackAsEver() {
        FailoverLab lab = moving(FENCING, Map.of(4, "east-1"));

        lose(lab, EAST);

        assertThat(first(lab).state().name()).isEqualTo(ROLLING_BACK);
        lab.accept(lab.lab.closed(WEST, 4));
        lab.accept(lab.lab.opened(WEST, 4));
        assertThat(first(lab).state().name()).isEqualTo(ROLLED_BACK);
    }

    @Test
    void whatWasGrantedToTheLostRegionIsWithdrawnLikeTheRest() {
        FailoverLab lab = moving(ACTIVATED, Map.of(4, "east-1"));

        lose(lab, EAST);

        assertThat(first(lab).state().name()).isEqualTo(SUPERSEDED);
        ended(lab);
        assertThat(lab.shard(4).ownership()).isInstanceOfSatisfying(Ownership.Withdrawal.class, withdrawal -> {
            assertThat(withdrawal.epoch()).isEqualTo(Epoch.of(4));
            assertThat(withdrawal.withdrawn().owner()).isEqualTo(EAST);
        });
        // Nobody has heard of epoch 3: the furthest copy is at the CLOSE of epoch 1.
        var close = new Base.At(WEST, Epoch.FIRST, MoveLab.position(104));
        for (RegionId region : List.of(WEST, NORTH)) {
            lab.gather(
                    region,
                    FailoverLab.LOST,
                    shard -> lab.seen(shard, java.util.Optional.of(FailoverLab.cut(60)), false, ""));
            lab.gather(region, new int[] {4}, shard -> lab.seen(shard, java.util.Optional.of(close), true, ""));
        }
        lab.assertGranted(4, lab.target(4), 5, close);
        assertThat(lab.state().losses().unclean())
                .as("it may have written in epoch 3")
                .contains(ShardId.of(4));
    }

    @Test
    void whatTheLostRegionNeverOpenedIsCleanOnceItSaysSo() {
        FailoverLab lab = moving(ACTIVATED, Map.of(4, "east-1"));
        lose(lab, EAST);
        lab.agent(EAST, true);
        var raised = new Command.FenceSeen(
                ShardId.of(4), Epoch.of(4), false, Epoch.NEVER, java.util.Optional.empty(), java.util.Optional.empty());
        lab.accept(new Command.Report(lab.lab.tick(), EAST, List.of(raised), List.of(), List.of(), "main"));
        lab.close(FailoverLab.LOST);
        var close = new Base.At(WEST, Epoch.FIRST, MoveLab.position(104));
        for (RegionId region : List.of(WEST, NORTH)) {
            lab.answers(region, 60, FailoverLab.LOST);
            lab.gather(region, new int[] {4}, shard -> lab.seen(shard, java.util.Optional.of(close), true, ""));
        }

        var aligning = (SwitchState.Aligning) lab.run().state();
        assertThat(aligning.cuts().get(ShardId.of(4))).isEqualTo(close);
        assertThat(aligning.unclean()).isEmpty();
    }

    /** From east and from west, and west is there: its fence may be open still, so nothing is granted before it says closed. */
    @Test
    void whatWasWithdrawnFromSomebodyWhoIsThereNeedsHisCloseAndGoesBackToHim() {
        FailoverLab lab = moving(FENCING, Map.of(0, "north-1", 4, "north-1"));
        lose(lab, EAST);
        assertThat(first(lab).state().name()).isEqualTo(SUPERSEDED);
        lab.answers(WEST, 60, FailoverLab.LOST);
        lab.answers(NORTH, 60, FailoverLab.LOST);
        lab.answers(NORTH, 60, 4);
        lab.lab.pass(Deadline.PATIENCE);
        assertThat(lab.run().state().name()).isEqualTo(StateName.GATHERING);

        lab.accept(lab.lab.closed(WEST, 4));

        lab.assertGranted(4, WEST, 3, new Base.At(WEST, Epoch.FIRST, MoveLab.position(104)));
        lab.open();
        lab.routersCaughtUp();
        lab.lab.pass(Deadline.LIMIT);
        assertThat(lab.name()).isEqualTo(DONE);
        assertThat(lab.run().counts()).isEqualTo(new Run.Counts(4, 1));
        assertThat(lab.shard(4).zone().name()).isEqualTo("west-1");
        assertThat(lab.state().losses().unclean()).doesNotContain(ShardId.of(4));
        assertThat(Consistency.of(RunFacts.of(lab.run()).orElseThrow()).contradictions())
                .isEmpty();
    }

    /** The failover of east waits for west's CLOSE, and now west is lost, too: one failover of both, which waits for both leases. */
    @Test
    void whoeverACloseIsAwaitedOfMayBeLostToo() {
        for (StateName place : List.of(StateName.EXPIRING, StateName.GATHERING, StateName.NEEDS_OPERATOR)) {
            FailoverLab lab = moving(FENCING, Map.of(0, "north-1", 4, "north-1"));
            lab.agent(EAST, false);
            lab.accept(lab.command(EAST));
            if (place != StateName.EXPIRING) {
                lab.expire(EAST);
                lab.lab.pass(Deadline.PATIENCE);
            }
            if (place == StateName.NEEDS_OPERATOR) {
                lab.lab.pass(Deadline.LIMIT);
            }
            lab.agent(WEST, false);

            lab.accept(lab.command(WEST));

            assertThat(lab.state().run("mv-2").orElseThrow().state().name())
                    .as(place.name())
                    .isEqualTo(SUPERSEDED);
            lab.expire(WEST);
            if (place == StateName.EXPIRING) {
                lab.lab.pass(Deadline.PATIENCE);
                assertThat(lab.name()).as("east's lease is not over").isEqualTo(StateName.EXPIRING);
                lab.expire(EAST);
            }
            lab.lab.pass(Deadline.PATIENCE);
            assertThat(lab.name()).isEqualTo(StateName.GATHERING);
            lab.answers(NORTH, 60, FailoverLab.LOST);
            var ofWest = new Base.At(WEST, Epoch.FIRST, MoveLab.position(60));
            lab.gather(NORTH, new int[] {4, 5}, shard -> lab.seen(shard, java.util.Optional.of(ofWest), false, ""));
            assertThat(lab.name()).isEqualTo(ACTIVATED);
            lab.open();
            lab.routersCaughtUp();
            lab.lab.pass(Deadline.LIMIT);
            assertThat(lab.name()).isEqualTo(DONE);
            assertThat(lab.state().shards())
                    .allMatch(shard ->
                            shard.region().equals(NORTH) && shard.frozenBy().isEmpty());
            assertThat(lab.state().losses().stores()).hasSize(2);
            assertThat(Consistency.of(RunFacts.of(lab.run()).orElseThrow()).contradictions())
                    .isEmpty();
        }
    }

    @Test
    void whatWasGrantedToSomebodyWhoIsThereStaysHis() {
        FailoverLab lab = moving(ACTIVATED, Map.of(4, "east-1", 5, "north-1"));

        lose(lab, EAST);
        assertThat(lab.shard(5).frozenBy()).contains("mv-2");
        for (RegionId region : List.of(WEST, NORTH)) {
            lab.answers(region, 60, FailoverLab.LOST);
            lab.answers(region, 60, 4);
        }
        assertThat(lab.name()).isEqualTo(ACTIVATED);
        lab.open();

        assertThat(lab.name()).isEqualTo(ROUTED);
        assertThat(lab.shard(5).zone().name()).isEqualTo("north-1");
        assertThat(lab.shard(5).frozenBy()).isEmpty();
        assertThat(lab.shard(5).ownership().epoch()).isEqualTo(Epoch.of(3));
        lab.routersCaughtUp();
        lab.lab.pass(Deadline.LIMIT);
        assertThat(lab.name()).isEqualTo(DONE);
        assertThat(Consistency.of(RunFacts.of(lab.run()).orElseThrow()).contradictions())
                .isEmpty();
    }

    @Test
    void aMoveThatIsRoutedStopsAfterItsWave() {
        FailoverLab lab = moving(ROUTED, Map.of(4, "east-1"));

        lose(lab, EAST);

        assertThat(first(lab).state().name()).isEqualTo(ROUTED);
        assertThat(lab.shard(4).ownership()).isInstanceOf(Ownership.Withdrawal.class);
    }

    @Test
    void aFailoverWhoseNewOwnerIsLostIsFailedOverItself() {
        FailoverLab lab = FailoverLab.at(ACTIVATED);

        lose(lab, WEST);

        assertThat(first(lab).state().name()).isEqualTo(SUPERSEDED);
        ended(lab);
        for (Plan.ShardMove move : lab.run().presentWave().moves()) {
            if (lab.shard(move.shard().number()).ownership() instanceof Ownership.Withdrawal withdrawal) {
                lab.answers(NORTH, 60, withdrawal.shard().number());
            }
        }
        assertThat(lab.name()).isEqualTo(ACTIVATED);
        lab.open();
        lab.routersCaughtUp();
        lab.lab.pass(Deadline.LIMIT);
        assertThat(lab.state().shards()).allMatch(shard -> shard.region().equals(NORTH));
        assertThat(lab.state().shards()).allMatch(shard -> shard.frozenBy().isEmpty());
        assertThat(lab.state().losses().stores()).hasSize(2);
    }

    @Test
    void aFailoverThatHasNotDecidedYetLooksForSomebodyElse() {
        FailoverLab lab = FailoverLab.at(StateName.ALIGNING);

        lose(lab, WEST);

        assertThat(first(lab).state().name()).isEqualTo(StateName.GATHERING);
        assertThat(first(lab).failover().orElseThrow().attempt()).isEqualTo(2);
    }

    private static void gatherAndFinish(FailoverLab lab) {
        lab.answers(WEST, 60, FailoverLab.LOST);
        lab.answers(NORTH, 60, FailoverLab.LOST);
        lab.open();
        lab.routersCaughtUp();
        lab.lab.pass(Deadline.LIMIT);
        assertThat(lab.name()).isEqualTo(DONE);
    }
}
