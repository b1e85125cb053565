package io.meridian.control.switching;

import static io.meridian.control.switching.FailoverLab.EAST;
import static io.meridian.control.switching.FailoverLab.LOST;
import static io.meridian.control.switching.FailoverLab.NORTH;
import static io.meridian.control.switching.FailoverLab.WEST;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.clock.Standing;
import io.meridian.control.command.Command;
import io.meridian.control.failover.Loss;
import io.meridian.control.feed.AgentViews;
import io.meridian.control.state.RegionLease;
import io.meridian.control.verify.Verification;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.StoreId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.wire.AgentView;
import io.meridian.wire.AwaitedTail;
import io.meridian.wire.GatherRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A region that was lost comes back; and what agents are told meanwhile. */
class ReturnTest {
    private static AgentView view(FailoverLab lab, RegionId region) {
        return new AgentViews(region, "main").view(Optional.empty(), lab.state());
    }

    private static Loss loss(FailoverLab lab) {
        return lab.state().losses().of(StoreId.of("east")).orElseThrow();
    }

    /** East is back, its fences closed and its copies in the new epoch; nobody has its tail yet. */
    private static FailoverLab back() {
        FailoverLab lab = FailoverLab.at(StateName.DONE);
        lab.agent(EAST, true);
        lab.close(LOST);
        lab.head(EAST, 3, 200, LOST);
        return lab;
    }

    private static void settle(FailoverLab lab) {
        for (int shard : LOST) {
            lab.tails(lab.shard(shard).region(), shard);
        }
    }

    private static void compare(FailoverLab lab, boolean equal) {
        Verification running = lab.state().runningVerification().orElseThrow();
        for (int round = running.round(); lab.state().runningVerification().isPresent(); round++) {
            for (RegionId region : List.of(EAST, WEST, NORTH)) {
                List<Command.ShardHashed> hashes = new ArrayList<>();
                for (int shard : LOST) {
                    String hash = equal || !region.equals(EAST) ? "aa" : "bb";
                    hashes.add(new Command.ShardHashed(ShardId.of(shard), 7, hash));
                }
                lab.accept(new Command.ReportVerification(
                        lab.lab.tick(), region, running.id(), round, hashes, "", "main"));
            }
            lab.accept(new Command.VerificationDue(lab.lab.tick(), running.id(), round, true));
        }
    }

    @Test
    void everyRegionIsAskedAndTheLostOneToo() {
        FailoverLab lab = FailoverLab.at(StateName.GATHERING);

        for (RegionId region : List.of(EAST, WEST, NORTH)) {
            AgentView view = view(lab, region);
            assertThat(view.getGathersChanged()).isTrue();
            assertThat(view.getGathersList())
                    .extracting(GatherRequest::getShard)
                    .containsExactly(0, 1, 2, 3);
            assertThat(view.getGathersList()).allSatisfy(request -> {
                assertThat(request.getSource()).isEqualTo("east");
                assertThat(request.getAttempt()).isEqualTo(1);
                assertThat(request.getEpoch()).isEqualTo(1);
                assertThat(request.getWithdrawal()).isEqualTo(2);
                assertThat(request.getDecided()).isFalse();
            });
        }
        assertThat(view(FailoverLab.at(StateName.EXPIRING), WEST).getGathersList())
                .as("nobody stops before the leases are over")
                .isEmpty();
    }

    @Test
    void theCutIsToldToAllAndAwaitedOfTheNewOwners() {
        FailoverLab lab = FailoverLab.at(StateName.ALIGNING);

        assertThat(view(lab, NORTH).getGathersList()).allSatisfy(request -> {
            assertThat(request.getDecided()).isTrue();
            assertThat(request.getCut().getPosition().getLsn()).isEqualTo(60);
            assertThat(request.getHolder())
                    .isEqualTo(lab.target(request.getShard()).equals(WEST) ? "north" : "west");
        });
        assertThat(view(lab, NORTH).getAwaitedList())
                .isNotEmpty()
                .allSatisfy(close -> assertThat(lab.target(close.getShard())).isEqualTo(NORTH));
    }

    @Test
    void gathersGoWhenTheGrantIsMadeAndItsShardsAreUncleanFromTheSameMessageOn() {
        FailoverLab lab = FailoverLab.at(StateName.ALIGNING);
        var before = lab.state();
        for (int shard : LOST) {
            lab.head(lab.target(shard), 1, 60, shard);
        }

        AgentView view = new AgentViews(WEST, "main").view(Optional.of(before), lab.state());

        assertThat(view.getGathersChanged()).isTrue();
        assertThat(view.getGathersList()).isEmpty();
        assertThat(view.getUncleanChanged()).isTrue();
        assertThat(view.getUnclean()).isEqualTo("0-3");
        assertThat(view.getShardsList()).isNotEmpty();
    }

    @Test
    void nothingOfALossIsToldWhereThereIsNone() {
        AgentView view = view(FailoverLab.ready(), WEST);

        assertThat(view.getGathersList()).isEmpty();
        assertThat(view.getUnclean()).isEmpty();
        assertThat(view.getTailsList()).isEmpty();
    }

    @Test
    void theReturningRegionIsToldWhereItsSuccessorsOpened() {
        FailoverLab lab = FailoverLab.at(StateName.DONE);

        assertThat(view(lab, EAST).getAwaitedList()).hasSize(4).allSatisfy(close -> {
            assertThat(close.getRun()).isEqualTo("mv-1");
            assertThat(close.getClose().getEpoch()).isEqualTo(3);
            assertThat(close.getClose().getPosition().getLsn()).isEqualTo(200 + close.getShard());
            assertThat(close.getClose().getRegion())
                    .isEqualTo(lab.shard(close.getShard()).region().name());
        });
    }

    @Test
    void tailsAreAskedOfThePresentOwnersOnceTheCloseIsKnown() {
        FailoverLab lab = FailoverLab.at(StateName.DONE);
        assertThat(view(lab, WEST).getTailsList()).isEmpty();

        lab.agent(EAST, true);
        lab.close(LOST);

        assertThat(view(lab, EAST).getTailsList()).isEmpty();
        assertThat(view(lab, WEST).getTailsList())
                .isNotEmpty()
                .allSatisfy(
                        tail -> assertThat(lab.shard(tail.getShard()).region()).isEqualTo(WEST))
                .extracting(AwaitedTail::getSource)
                .containsOnly("east");
    }

    @Test
    void eachOfTheThreeIsNeededAndThenAllCopiesAreCompared() {
        FailoverLab lab = FailoverLab.at(StateName.DONE);
        assertThat(loss(lab).ready()).isFalse();
        lab.agent(EAST, true);
        lab.close(LOST);
        settle(lab);
        assertThat(loss(lab).ready()).as("not aligned").isFalse();
        lab.head(EAST, 1, 100, LOST);
        assertThat(loss(lab).ready()).as("still in the lost epoch").isFalse();
        assertThat(lab.state().runningVerification()).isEmpty();

        lab.head(EAST, 3, 200, LOST);

        assertThat(lab.state().runningVerification().orElseThrow().shards()).isEqualTo(4);
        assertThat(lab.lease(EAST).data()).isEqualTo(RegionLease.Data.REJOINING);
    }

    @Test
    void equalCopiesBeginAnotherGeneration() {
        FailoverLab lab = back();
        settle(lab);

        compare(lab, true);

        assertThat(lab.lease(EAST).fit()).isTrue();
        assertThat(lab.lease(EAST).generation()).isEqualTo(2);
        assertThat(lab.state().losses().stores()).isEmpty();
        assertThat(view(lab, WEST).getUnclean()).isEmpty();
        lab.accept(new Command.RenewLease(lab.lab.tick(), EAST, "main", "i", 1, Duration.ofSeconds(5)));
    }

    @Test
    void differingCopiesKeepItOutAndOnlyTheyAreComparedAgain() {
        FailoverLab lab = back();
        settle(lab);

        compare(lab, false);

        assertThat(lab.lease(EAST).fit()).isFalse();
        assertThat(loss(lab).problem()).contains("verification vf-1 found that shards 0-3 differ");
        Standing again = Standing.of(lab.state(), lab.lab.tick()).stream()
                .filter(standing -> standing.then().orElse(null) instanceof Command.VerifyReturn)
                .findFirst()
                .orElseThrow();
        assertThat(again.limit()).isEqualTo(Duration.ofSeconds(5));
        assertThat(loss(lab).unequal()).extracting(ShardId::number).containsExactly(0, 1, 2, 3);
        lab.accept(again.then().orElseThrow());
        compare(lab, true);
        assertThat(lab.lease(EAST).fit()).isTrue();
    }

    @Test
    void aComparisonThatSomebodyElseHasUnderWayIsWaitedFor() {
        FailoverLab lab = back();
        lab.accept(new Command.StartVerification("v", lab.lab.tick(), "7", List.of(), false));
        settle(lab);
        assertThat(loss(lab).verification()).isEmpty();

        lab.accept(new Command.VerificationDue(lab.lab.tick(), "vf-1", 1, false));

        assertThat(loss(lab).verification()).isEqualTo("vf-2");
    }

    @Test
    void onlyTheOwnersWordOnTheWholeTailCounts() {
        FailoverLab lab = back();
        RegionId other = lab.shard(0).region().equals(WEST) ? NORTH : WEST;

        lab.tails(other, 0);
        lab.accept(new Command.ReportTails(
                lab.lab.tick(),
                lab.shard(0).region(),
                "main",
                List.of(new Command.TailSeen(ShardId.of(0), EAST, MoveLab.position(99)))));

        assertThat(loss(lab).cuts().get(ShardId.of(0)))
                .isNotNull()
                .satisfies(cut -> assertThat(cut.settled()).isFalse());
    }

    @Test
    void aRowThatIsOpenStillOrWhoseCloseIsNotCapturedIsNotClosed() {
        FailoverLab lab = FailoverLab.at(StateName.DONE);
        lab.agent(EAST, true);
        var open = new Command.FenceSeen(
                ShardId.of(0), Epoch.FIRST, true, Epoch.FIRST, Optional.empty(), Optional.empty());
        var uncaptured = new Command.FenceSeen(
                ShardId.of(1), Epoch.of(2), false, Epoch.FIRST, Optional.empty(), Optional.empty());

        lab.accept(new Command.Report(lab.lab.tick(), EAST, List.of(open, uncaptured), List.of(), List.of(), "main"));

        assertThat(loss(lab).cuts().values()).allMatch(cut -> cut.closed().isEmpty());
    }

    @Test
    void aRegionThatIsRejoiningIsNobodysTarget() {
        FailoverLab lab = back();
        lab.agent(WEST, false);

        lab.accept(lab.command(WEST));

        assertThat(lab.run().plan().targets()).extracting(zone -> zone.name()).containsExactly("north-1");
        assertThat(Gates.inTheWay(lab.state(), lab.lab.start(java.util.Map.of(6, "east-1")), lab.lab.tick()))
                .anyMatch(says -> says.contains("region east may not own: EXPIRED, REJOINING"));
    }

    @Test
    void aShardThatIsCutAgainMeanwhileIsLookedAtAnew() {
        FailoverLab lab = back();
        settle(lab);
        lab.agent(WEST, false);
        lab.accept(lab.command(WEST));
        lab.expire(WEST);
        lab.lab.pass(SwitchTable.Deadline.PATIENCE);
        for (Plan.ShardMove move : lab.run().presentWave().moves()) {
            int shard = move.shard().number();
            if (lab.shard(shard).ownership() instanceof Ownership.Withdrawal) {
                lab.answers(NORTH, 60, shard);
            }
        }
        lab.lab.pass(SwitchTable.Deadline.PATIENCE);
        assertThat(lab.name()).isEqualTo(StateName.ACTIVATED);

        loss(lab).cuts().forEach((shard, cut) -> {
            boolean again = cut.successor().equals(Epoch.of(5));
            assertThat(again)
                    .isEqualTo(lab.shard(shard.number()).ownership().epoch().equals(Epoch.of(5)));
            assertThat(cut.aligned()).isEqualTo(!again);
            assertThat(cut.settled()).isEqualTo(!again);
        });
        assertThat(loss(lab).ready()).isFalse();
    }
}
